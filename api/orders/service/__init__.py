"""The acts on an order, a module each."""
