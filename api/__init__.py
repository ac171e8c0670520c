"""Linli: the whole product: features, their SQL, their HTTP."""
