"""Differences that hang on no bill alone: of withdrawals, and of what WeChat answered."""
