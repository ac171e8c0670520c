"""``linli bench cycle``: the evening on which everybody joins in the first minute."""
