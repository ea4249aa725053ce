"""`python -m grader`."""

import os
import sys
from pathlib import Path

if sys.path[0] == os.getcwd() and Path(__file__).parents[1] != Path.cwd():
    del sys.path[0]  # with `-m` it is the current folder, whose files may be what students handed in

from grader.doors.cli import app

if __name__ == "__main__":
    app(prog_name="grader")
