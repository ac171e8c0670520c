"""Pages of the community's money."""
