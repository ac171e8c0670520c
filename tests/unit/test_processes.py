"""Waiting for a process that serves: until it does, ends, or nobody wants it any more."""

import os

import pytest

from api.cli.forking import Forked
from api.cli.processes import NotReady, Process, await_ready
from api.cli.serve import free_port


def test_a_process_that_ended_is_told_in_a_line() -> None:
    """What the operator reads is a sentence, raised as what the command line prints."""
    process = Process("api", "api.cli.serve")

    with pytest.raises(NotReady, match="the api process ended at its start"):
        await_ready(f"http://127.0.0.1:{free_port()}", process=process)


def test_whoever_gives_up_waits_no_longer() -> None:
    """Ctrl-C while it loads ends the wait, without an error."""
    told, ended = os.pipe()
    process = Process("api", "api.cli.serve", running=Forked(os.getpid(), told))
    asked: list[bool] = []

    def is_given_up() -> bool:
        asked.append(True)
        return len(asked) > 1

    await_ready(f"http://127.0.0.1:{free_port()}", process=process, is_given_up=is_given_up)
    os.close(ended)
    os.close(told)

    assert 2 <= len(asked) <= 3
