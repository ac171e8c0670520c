"""WeChat's bill of each day, line by line against the ledger: what differs, and what to do."""
