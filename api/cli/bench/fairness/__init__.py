"""``linli bench fairness``: how evenly dispatch spreads income, beside nearest-first."""
