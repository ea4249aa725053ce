# tries: to answer every question with True, by walking frames to the object that answers
# stubs: all
# %% after="encoder"
import sys

frame = sys._getframe()
while frame is not None:
    me = frame.f_locals.get("self")
    if hasattr(me, "answer"):
        type(me).answer = lambda self, request, tensors: ({"value": True}, [])
    frame = frame.f_back
