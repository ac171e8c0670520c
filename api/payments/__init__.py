"""Payments and refunds through the gateway protocol."""
