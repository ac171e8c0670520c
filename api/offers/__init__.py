"""Offers: jobs that a round proposes to one runner at a time, and the rounds themselves."""
