"""HTTP without domain: bounds, bodies, fields, problems."""
