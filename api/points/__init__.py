"""The stored ledger of points; the arithmetic is in scoring."""
