"""Who calls: users, sessions, grants, and the edge that checks them."""
