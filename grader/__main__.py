"""`python -m grader`."""

from grader.doors.cli import app

if __name__ == "__main__":
    app(prog_name="grader")
