"""What people saw, as text to compare: one file a session in Fixtures/Terminal. `make goldens` writes them anew, for a reviewer to read."""

import contextlib
import os
import pathlib
import re

from harness import NEW_PASSWORD, PASSWORD, QUESTIONS, ROOT
from person import words_anywhere

FOLDER = ROOT / "Tests/DaemonTests/Fixtures/Terminal"
# Kinds of methods that the sessions are about: a line more in a list, for a kind that came later, changes no session.
KINDS = {"email", "totp", "push", "mobilePhone", "officePhone", "recoveryCodes", "temporaryPass", "questions"}
NEVER_SHOWN = [PASSWORD, NEW_PASSWORD, *QUESTIONS.values(), "a passphrase of", "half a secret"]


class Tape:
    """A session of one or more programs."""

    def __init__(self, name):
        self.name = name
        self.parts = []
        self.replacements = []

    def replace(self, text, placeholder="<code>"):
        """Hides what is new in each run; returns it, to be typed."""
        self.replacements.append((text, placeholder))
        return text

    @contextlib.contextmanager
    def record(self, person, title):
        with person:
            yield person
            code = person.end()
            person.assert_sane()
            assert not person.is_accessible or person.is_plain(), repr(person.painted)
            for secret in NEVER_SHOWN:
                assert secret not in person.raw, f"{secret!r} was shown:\n{person.shown()}"
            self.parts.append(f"$ {title}\n{person.shown()}\n(exit status {code})\n")

    def text(self):
        text = "\n".join(self.parts)
        for given, placeholder in self.replacements:
            text = re.sub(words_anywhere(given), placeholder, text)
        return normalised(text)

    def compare(self):
        path = FOLDER / f"{self.name}.txt"
        text = self.text()
        if os.environ.get("SSPR_GOLDENS") == "renew":
            FOLDER.mkdir(exist_ok=True)
            path.write_text(text)
        assert path.exists(), f"{path} is missing: make goldens"
        assert text == path.read_text(), "not what was recorded; if it is meant: make goldens, and read the difference"


def normalised(text):
    """Moments, numbers and keys of one run become placeholders."""
    # A terminal that is too narrow breaks keys and addresses anywhere.
    text = re.sub(r"URI: otpauth://\S+(?:\n\S+)*?(?=\nKey:)", "URI: <uri>", text)
    text = re.sub(r"Key: (?:[A-Z2-7]\s*){32}", "Key: <key>\n", text)
    text = re.sub(r"SSPR1:[A-Z2-7]+(?:\n[A-Z2-7]+)*$", "<pairing text>", text, flags=re.M)
    text = re.sub(r"^(?:[0-9A-Z]{4} ){6}[0-9A-Z]{4}$", "<written code>", text, flags=re.M)
    text = re.sub(r"(?:^[ █▀▄]*[█▀▄][ █▀▄]*\n)+", "<QR code>\n", text, flags=re.M)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<moment>", text)
    # Which questions are asked is drawn, and so is where their lines end.
    text = re.sub(r"<question>\s+\(not\s+shown\):", "<question> (not shown):", text)
    # How long the machine took until here.
    text = re.sub(r"can be sent in (?:1 min|5\d s)\.", "can be sent in 1 min.", text)
    # How fast a courier was before.
    text = re.sub(r",\s+usually\s+within\s+[^.]*\.", ".", text)
    text = re.sub(r"(there: |Type |to leave it\): )\d\d\b", r"\1<number>", text)
    text = re.sub(r"\b(\d+) min (?:\d+ s)\b", lambda found: f"{int(found[1]) + 1} min", text)
    text = re.sub(r"^\d+ s ago at \S+,", "<age> ago at <host>,", text, flags=re.M)
    text = re.sub(r"Paired with \S+ for", "Paired with <host> for", text)
    # Blanks that line up with a number of one run are as random as it.
    text = re.sub(r"\bMethod \d+: +", "Method <id>: ", text)
    text = re.sub(r"^((?:Account|Missing|May be added|Sign-in|Recovery|Look again):) +", r"\1 ", text, flags=re.M)
    text = re.sub(r"^May be added: (.*)$", lambda found: "May be added: " + ", ".join(
        kind for kind in found[1].split(", ") if kind in KINDS), text, flags=re.M)
    lines = text.split("\n")
    return "\n".join(line for line in lines if not is_of_a_later_kind(line))


def is_of_a_later_kind(line):
    found = re.match(r"(?:  )?\d+(?:  |: )(\w+)(?:  |, )", line)
    return bool(found) and found[1] not in KINDS
