"""``python -m api.cli`` is ``linli``."""

from api.cli.main import main

main()
