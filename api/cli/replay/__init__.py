"""``linli replay``: a real day of orders played through HTTP, and what became of each."""
