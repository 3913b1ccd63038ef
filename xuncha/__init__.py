"""The Django project and the command line."""
