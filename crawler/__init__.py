"""Targets in, captures out: fetches what a plan names and leaves a patrol folder behind. No Django, no analysis."""
