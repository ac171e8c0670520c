"""The staff console: pages rendered here, made of the same services as the JSON routes."""
