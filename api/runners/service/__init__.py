"""What runners and those who decide on them do, a module an act."""
