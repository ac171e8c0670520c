"""The acts on a job, a module each."""
