"""The fixtures of the tests from outside; what they are made of is in harness.py."""

from harness import daemon, folder, world

__all__ = ["daemon", "folder", "world"]


def pytest_configure(config):
    config.addinivalue_line("markers", "alone: measures time or fills the machine, so nothing runs beside it (scripts/test.sh)")
