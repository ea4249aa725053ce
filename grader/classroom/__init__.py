"""A class: finding its submissions, grading them over several processes, and keeping the gradebook."""


class CannotGrade(Exception):
    """The class cannot be graded; the message is one clear sentence for the instructor."""
