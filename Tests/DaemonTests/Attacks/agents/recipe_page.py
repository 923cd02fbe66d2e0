"""The configurations of spec/courier.md, so that the tests run what the page shows."""

import pathlib
import re

PAGE = pathlib.Path(__file__).resolve().parents[4] / "spec" / "courier.md"


def recipe(title):
    """The files of a section by the path that each begins with, as a comment."""
    section = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.M | re.S)
    assert section, f"{PAGE.name} has no section {title}"
    blocks = re.findall(r"^```\w*\n(# (/\S+)\n.*?)^```$", section[1], re.M | re.S)
    assert blocks, f"no file in {title}"
    return {path: text for text, path in blocks}


def install(title, folder, changes, secrets=()):
    """Writes the files of a recipe into `folder`, with `changes` made: each must be there to be changed.

    Secrets are lines of files that the page names and does not show. Returns the path of the courier's file.
    """
    folder = pathlib.Path(folder)
    files = recipe(title)
    written = {path: folder / pathlib.Path(path).name for path in [*files, *(path for path, _ in secrets)]}
    unused = {old for old, _ in changes}
    for path, text in files.items():
        for old, new in changes:
            if old in text:
                unused.discard(old)
                text = text.replace(old, str(new))
        for old, new in written.items():
            text = text.replace(old, str(new))
        assert "/etc/ssprd/" not in text, "a path of the page leads out of the test's folder"
        written[path].write_text(text)
        written[path].chmod(0o600)
    assert not unused, f"the page no longer says {sorted(unused)}"
    for path, secret in secrets:
        assert any(str(written[path]) in (folder / pathlib.Path(name).name).read_text() for name in files), f"no file names {path}"
        written[path].write_text(secret + "\n")
        written[path].chmod(0o600)
    return str(written["/etc/ssprd/courier.yaml"])
