"""QR codes on terminals: read back as a camera would, by zbarimg, from what the emulator shows in its colours."""

import os
import re
import stat
import subprocess

import pytest

from harness import PASSWORD
from place import key_shown, pairing_shown

# The upper and the lower half of a cell: true where the foreground shows.
BLOCKS = {" ": (False, False), "█": (True, True), "▀": (True, False), "▄": (False, True)}
POINTS = 6


def drawing(person):
    """The lines of the screen that are made of blocks, as rows of (character, foreground, background)."""
    rows = []
    for number, line in enumerate(person.screen.display):
        if line.strip() and not line.strip(" █▀▄"):
            cells = [person.screen.buffer[number][column] for column in range(len(line.rstrip()))]
            rows.append([(cell.data, cell.fg, cell.bg) for cell in cells])
    return rows


def read_back(person, folder):
    """What the drawing says to zbarimg."""
    rows, picture = drawing(person), []
    assert rows, person.shown()
    width = max(map(len, rows))
    for row in rows:
        cells = row + [(" ", "default", "default")] * (width - len(row))
        for half in (0, 1):
            # A dark terminal: what has no colour of its own is light on dark.
            line = b"".join((b"\xff" if BLOCKS[data][half] == (fg in ("default", "white", "brightwhite") and bg in ("default", "black")) else b"\x00") * POINTS
                            for data, fg, bg in cells)
            picture += [line] * POINTS
    file = folder / "screen.pgm"
    file.write_bytes(b"P5 %d %d 255\n" % (width * POINTS, len(picture)) + b"".join(picture))
    return scanned(file)


def scanned(file):
    return subprocess.run(["zbarimg", "-q", "--raw", str(file)], capture_output=True, text=True, check=True).stdout.strip()


def register(place, account, words, **size):
    place.world.add(account)
    person = place.person(["register", *words, "--issuer", "Example Org"], account, **size)
    person.answer("Present password", PASSWORD)
    return person


@pytest.mark.parametrize("columns, rows", [(80, 24), (80, 50), (42, 50)])
def test_an_apps_key_is_scanned_from_the_screen(place, columns, rows):
    with register(place, f"scan{columns}x{rows}", ["totp"], columns=columns, rows=rows) as person:
        key = key_shown(person)
        uri = re.search(r"URI: (\S+)", person.raw).group(1)
        assert f"secret={key}&" in uri
        assert read_back(person, place.folder) == uri
        # With the lines above it and the question below it, all of it is in sight.
        assert len(drawing(person)) + 3 <= rows


def test_a_pairing_text_is_scanned_from_the_screen(place):
    with register(place, "scanpair", ["device"], columns=80, rows=40) as person:
        text = pairing_shown(person)
        assert read_back(person, place.folder) == text


@pytest.mark.parametrize("size", [dict(columns=30, rows=50), dict(columns=80, rows=12)])
def test_what_does_not_fit_is_not_drawn(place, size):
    with register(place, "nofit%(columns)dx%(rows)d" % size, ["totp"], **size) as person:
        key_shown(person)
        assert drawing(person) == [] and "█" not in person.raw
        assert "too small for a QR code" in " ".join(person.raw.split())


@pytest.mark.parametrize("more", [{"SSPR_ACCESSIBLE": "1"}, {"TERM": "dumb"}, {"LC_ALL": "C"}])
def test_where_it_could_not_be_seen_it_is_not_drawn(place, more):
    account = "unseen" + next(iter(more)).replace("_", "").lower()
    place.world.add(account)
    with place.person(["register", "totp"], account, **more) as person:
        person.answer("Present password", PASSWORD)
        key_shown(person)
        assert "█" not in person.raw and "\x1b" not in person.shown()


def test_a_picture_is_a_new_file_of_ones_own(place):
    file = place.folder / "key.png"
    old = os.umask(0)
    try:
        with register(place, "picture", ["totp", "--qr-png", str(file)]) as person:
            key = key_shown(person)
    finally:
        os.umask(old)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"secret={key}&" in scanned(file)
    # What is there stays there, also behind a link.
    before = file.read_bytes()
    link = place.folder / "link.png"
    link.symlink_to(place.folder / "elsewhere.png")
    for taken in (file, link):
        with register(place, f"taken{taken.stem}", ["totp", "--qr-png", str(taken)]) as person:
            assert person.end() == 74, person.shown()
            assert "It is there already." in person.shown() and "Key:" not in person.raw
    assert file.read_bytes() == before and not (place.folder / "elsewhere.png").exists()
