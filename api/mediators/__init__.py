"""Mediators: who may be asked to mediate, appointed by a committee, and complaints about them."""
