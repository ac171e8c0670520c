"""What we know of a day, to be held against the bill."""
