"""A copy of everything, and back."""
