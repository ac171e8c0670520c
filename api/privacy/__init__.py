"""Privacy: what is held of a person is told, given to them, erased, forgotten in time."""
