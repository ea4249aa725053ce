"""Making the course: from the scripts to notebooks, and trying answers against the checks."""
