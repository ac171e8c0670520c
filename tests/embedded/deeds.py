"""What a process forked off in a test does: one deed, named by its first argument."""

import os
import signal
import sys
from collections.abc import Sequence


def say(*words: object) -> None:
    """To its log, at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> None:
    """Tell, fail, refuse or stay."""
    deed, *rest = arguments
    if deed == "tell":
        say(*rest, os.environ.get("WORD"), "HOME" in os.environ)
    elif deed == "fail":
        raise RuntimeError("it does not work")
    elif deed == "refuse":
        raise SystemExit(int(rest[0]))
    elif deed == "stay":
        say("here")
        signal.pause()
