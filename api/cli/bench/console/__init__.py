"""``linli bench console``: how much the first page weighs, and how soon it is seen."""
