"""What people would read and hear, shown to whoever runs the house before anybody else sees it."""

import os
import re
import subprocess


def preview(binary, folder, *words):
    return subprocess.run([binary("sspr-courier"), "--spool", folder, "--preview", *words], capture_output=True, text=True, timeout=60)


def parts(text):
    """The messages by their title."""
    found = re.split(r"^--- (.*)\n", text, flags=re.M)[1:]
    return dict(zip(found[::2], found[1::2]))


def test_a_preview_shows_every_message_without_a_daemon(binary, folder):
    shown = preview(binary, folder, "all")
    assert shown.returncode == 0, shown.stderr
    messages = parts(shown.stdout)
    kinds = {title.split(",")[0] for title in messages}
    assert {"confirmationCode", "helpDeskCode", "passwordReset", "takeoverReported", "policyChanged", "approvalWaiting"} <= kinds
    # Mail, text and call in each language; a wake-up is for devices only.
    assert len(messages) == (len(kinds) - 1) * 3 * 2 + 2
    for title, text in messages.items():
        if size := re.search(r", (\d+) of (\d+) characters", title):
            assert len(text.rstrip("\n")) <= int(size[1]) <= int(size[2]), title
        if title.split(",")[0] in ("confirmationCode", "recoveryCode", "helpDeskCode"):
            spoken = {"en": "1, 2, 3, 4, 5, 6, 7, 8", "de": "eins, zwo, drei, vier, fünf, sechs, sieben, acht"}
            assert (spoken[title[-2:]] if ", voice" in title else "12345678") in text, title
    assert not [name for name in os.listdir(folder) if name.endswith((".eml", ".sms"))], "a preview sends nothing"


def test_a_preview_is_of_what_was_asked_for(binary, folder):
    shown = preview(binary, folder, "passwordReset", "--channel", "email", "--language", "de")
    (title, text), = parts(shown.stdout).items()
    assert title == "passwordReset, email, de"
    assert "ssprclient not-me" in text and re.search(r"^[0-9A-HJKMNP-TV-Z]{28}$", text, re.M)
    wrong = preview(binary, folder, "passwordRest")
    assert wrong.returncode == 64 and "passwordReset" in wrong.stderr
    assert preview(binary, folder, "all", "--channel", "fax").returncode == 64
