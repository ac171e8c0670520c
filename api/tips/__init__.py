"""Tips: what a customer gives after it was done, wholly the runner's; nobody asks before."""
