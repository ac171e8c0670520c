"""``linli bench dispatch``: what a round costs and gains, at three sizes."""
