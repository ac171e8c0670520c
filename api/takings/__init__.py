"""What merchants took in, read from the ledger: statements, and files by month."""
