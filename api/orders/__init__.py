"""The commercial side: quote, order, cancel, rate."""
