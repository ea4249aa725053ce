# slow
# tries: a million empty files and folders, whose counting alone would take the grader's time
# %% after="encoder"
import os

os.mkdir("many")
os.chdir("many")
for number in range(1_000_000):
    os.close(os.open(str(number), os.O_CREAT | os.O_WRONLY))
