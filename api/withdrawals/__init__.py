"""Paying runners what they are owed: asked for by them, sent through WeChat, held until it came."""
