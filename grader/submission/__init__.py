"""One submission: read, sorted, run, and seen by checks."""
