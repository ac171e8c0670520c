"""The event log, which is the outbox too: history, audit and every consequence read it."""
