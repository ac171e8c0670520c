"""Batch replay and incremental update beside bare loops over the same facts."""
