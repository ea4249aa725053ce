"""Submissions that attack the grader, and the class in which they are graded together with innocent ones."""
