"""Where people come in: the command line, a notebook, nbgrader."""
