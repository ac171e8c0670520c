"""``linli bench``: the hot write and the hot read, each beside what it is measured against."""
