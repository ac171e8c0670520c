"""What changed for each person: the event log as `/v1/sync` reads it."""
