"""The course as a website: sources for Sphinx, written from the scripts, the walkthroughs and the tables."""
