"""What staff did, told to those who manage a place: read from the event log and the looks."""
