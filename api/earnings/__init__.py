"""What runners have earned: read from the ledger, by the day of the delivery."""
