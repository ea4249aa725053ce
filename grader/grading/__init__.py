"""Grading one submission: pytest runs the checks, and what comes out is judged."""
