"""The acts of reconciliation."""
