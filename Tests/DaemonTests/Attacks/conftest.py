"""The fixtures of the tests from outside; what they are made of is in harness.py."""

from harness import daemon, folder, world

__all__ = ["daemon", "folder", "world"]
