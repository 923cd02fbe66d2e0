"""The fixtures of the tests from outside; what they are made of is in Attacks/harness.py."""

import os
import pathlib
import signal
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "Attacks"))

from harness import daemon, folder, world  # noqa: E402  (the path comes first)

__all__ = ["daemon", "folder", "world"]


# Seconds for one test: whatever waits for longer waits for ever, and must say where. A thousand kills take half an hour.
LONGEST = 1800 if "SSPR_COURIER_KILLS" not in os.environ else 7200


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    def ended(number, frame):
        raise TimeoutError(f"{item.nodeid} has not ended after {LONGEST} s")

    former = signal.signal(signal.SIGALRM, ended)
    signal.alarm(LONGEST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, former)


def pytest_configure(config):
    config.addinivalue_line("markers", "alone: measures time or fills the machine, so nothing runs beside it (scripts/test.sh)")
