"""The fixtures of the tests at terminals."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from place import a_place  # noqa: E402  (the path comes first)


@pytest.fixture(scope="module")
def place(request):
    """One for all sessions of a module, which may do without the courier."""
    with a_place(has_courier=getattr(request.module, "HAS_COURIER", True)) as place:
        yield place
