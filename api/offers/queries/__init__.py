"""SQL of offers, of rounds and of weights."""
