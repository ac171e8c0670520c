"""Applying, deciding, staffing, keeping shop, stocking shelves, tracing lots."""
