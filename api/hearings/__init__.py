"""Talks that are open to the community, as every party wants (人民调解法 23)."""
