"""The fixtures of the tests at terminals."""

import os
import shutil
import sys
import tempfile
import pathlib

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from place import Place  # noqa: E402  (the path comes first)


@pytest.fixture(scope="module")
def place(request):
    """Short, because a socket's path has at most 107 bytes. A module may do without the courier."""
    folder = tempfile.mkdtemp(prefix="sspr", dir="/tmp")
    os.chmod(folder, 0o755)
    place = Place(folder, has_courier=getattr(request.module, "HAS_COURIER", True))
    yield place
    place.close()
    shutil.rmtree(folder, ignore_errors=True)
