"""The command line and the composition root: the one place where settings become objects."""
