# tries: to find solutions and checks through modules, linecache, inspect and the finders of installed packages
# %% after="encoder"
import importlib
import linecache
import os
import sys

for name in (
    "grader.course.catalogue",
    "grader.checks.kit.oracles",
    "grader.checks.plain_vae.oracles",
    "grader.grading.grader",
    "tests.notebooks",
):
    try:
        breached(f"imported {importlib.import_module(name)}")
    except ImportError:
        pass
stub = sys.modules.pop("grader")
try:
    import grader.checks.kit.oracles

    breached("imported grader after its stand-in was removed")
except (ImportError, OSError):
    pass
sys.modules["grader"] = stub
sys.path.insert(0, "@COURSE@")
try:
    from grader.checks.kit import oracles

    breached("imported grader from its folder")
except (ImportError, OSError):
    pass
sys.path.remove("@COURSE@")
for finder in sys.meta_path:
    for place in vars(sys.modules.get(getattr(finder, "__module__", ""), sys)).get("MAPPING", {}).values():
        denied(f"listed {place}", os.listdir, os.path.join(place, "checks"))
for name in linecache.cache:
    if "solutions" in name or "checks" in name:
        breached(f"linecache has {name}")
