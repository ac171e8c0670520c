"""Whom a person does not want to meet on an errand, and whom they would rather."""
