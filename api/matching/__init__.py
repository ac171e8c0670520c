"""Hall and accept through the one 500 m predicate."""
