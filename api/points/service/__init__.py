"""What is done with the points ledger, by verb."""
