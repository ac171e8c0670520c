"""The second door into the same services: what happens after a commit."""
