"""The acts of mediators and of those who appoint them."""
