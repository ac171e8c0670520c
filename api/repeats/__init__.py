"""Repeating errands: a rule, and the next order of it placed a day ahead."""
