"""What leaves the building: lists that a leading group can act on, each line with its evidence."""
