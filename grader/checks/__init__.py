"""The checks: ordinary pytest files, one per lesson, and the vocabulary they are written in (`support`)."""
