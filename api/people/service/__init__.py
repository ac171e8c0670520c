"""What people do about themselves, and what staff decide about them."""
