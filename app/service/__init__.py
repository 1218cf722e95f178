"""The HTTP service: the same work as on the command line, with a store behind it."""
