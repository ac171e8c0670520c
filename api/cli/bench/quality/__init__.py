"""Does the score find quality? Simulated worlds in which the truth is known."""
