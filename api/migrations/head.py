"""The schema revision that this code needs."""

HEAD = "0410"
