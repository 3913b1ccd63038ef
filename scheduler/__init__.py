"""When things run, and in which steps."""
