"""The embedded stores, with real servers."""
