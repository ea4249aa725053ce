"""What the course is: its lessons, their files, exercises and wrong ideas, and their version."""
