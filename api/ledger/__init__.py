"""Money in double entry: accounts, transfers that are never edited, statements."""
