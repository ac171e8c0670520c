"""Settings of a community, with what a change of them changes."""
