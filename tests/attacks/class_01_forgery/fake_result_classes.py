# tries: to bring modules named like the grader's own, with a Result whose score is always 100
# stubs: all
# %% after="encoder"
import sys
import types


class Result:
    score = max_score = 100
    verdict = "passed"

    def to_dict(self):
        return {"score": 100, "max_score": 100, "verdict": "passed"}


for name in (
    "grader.results",
    "grader.failures",
    "grader.grading",
    "grader.grading.examination",
    "grader.grading.plugin",
    "grader.checks",
    "grader.checks.kit.vocabulary",
    "grader.submission.student",
):
    module = types.ModuleType(name)
    module.Result = module.CheckResult = module.ExerciseResult = Result
    module.examine = lambda *args: Result()
    module.expect = module.assert_matches = lambda *args, **kwargs: None
    sys.modules[name] = module
