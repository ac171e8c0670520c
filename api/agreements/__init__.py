"""Agreements of cases: terms that become due, signatures, the court, visits, figures, the file."""
