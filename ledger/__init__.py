"""台账, the system of record: the only writer of what we know."""
