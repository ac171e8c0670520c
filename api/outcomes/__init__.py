"""Outcomes: what became of a case, told without anybody in it, where all who agreed want that."""
