"""The command line: ``linli``."""
