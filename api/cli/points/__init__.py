"""The commands of ``linli points``."""
