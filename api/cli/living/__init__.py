"""The demonstration's people: a simulated day, lived over HTTP as the mini-program does."""
