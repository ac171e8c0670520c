"""What WeChat tells us by itself: its door, and the consents to subscribe messages."""
