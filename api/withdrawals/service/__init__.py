"""What happens to a withdrawal, one file for each act."""
