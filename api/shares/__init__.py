"""Merchants get their part of what was paid for goods by WeChat's profit sharing, once each."""
