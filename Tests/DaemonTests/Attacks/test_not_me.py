"""A new password taken back from outside: the mail with its code, the command, and what is left of the account (feature F4)."""

import re
import subprocess
import sys

import pytest
import sspr
from harness import NEW_PASSWORD, PASSWORD, ROOT, client_program

sys.path.insert(0, str(ROOT / "Tests/DaemonTests/Attacks/terminal"))
from place import a_place, address, app_code  # noqa: E402  (the path comes first)


@pytest.fixture
def place():
    with a_place() as place:
        yield place


def not_me(place, *words, text=None):
    return subprocess.run([client_program(), "not-me", *words, "--socket", str(place.daemon.socket)], text=True,
                          input=text, capture_output=True, timeout=60)


def reset(place, account, key):
    """Resets the password as whoever reads the mail and holds the app; returns what the notice says."""
    begun = place.world.begin(account)
    place.world.call("recovery.send", handle=begun["handle"], choice=place.world.choice(begun, "email"))
    code = place.message("recoveryCode", address(account))
    place.world.call("recovery.answer", handle=begun["handle"], choice=place.world.choice(begun, "email"), code=code)
    proven = place.world.call("recovery.answer", handle=begun["handle"], choice=place.world.choice(begun, "totp"), code=app_code(key))
    place.world.call("recovery.reset", account=account, grant=proven["grant"], password=NEW_PASSWORD)
    return place.letter("passwordReset", address(account))


def code_in(letter):
    return re.search(r"^[0-9A-HJKMNP-TV-Z]{28}$", letter, re.M).group()


def accepts(place, account, password):
    try:
        return place.world.call("signin.authenticate", account=account, password=password) == {}
    except sspr.Failed as failed:
        assert failed.name == "refused"
        return False


def test_invariant_I35_whoever_reads_the_notice_takes_a_reset_back(place):
    """Guard: PasswordUndo.undo restores, freezes, voids and tells in one transaction."""
    place.world.call("accounts.add", account="chief", role="globalAdministrator", password=PASSWORD)
    handle = place.world.call("registration.prove", account="chief", password=PASSWORD)["handle"]
    begun = place.world.call("registration.begin", handle=handle, kind="email", contact=address("chief"))
    place.world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"],
                     code=place.message("confirmationCode", address("chief")))
    key = place.enrol("ana", "email", "totp")["totp"]
    letter = reset(place, "ana", key)
    assert "ssprclient not-me" in letter
    code = code_in(letter)
    assert accepts(place, "ana", NEW_PASSWORD)
    assert place.world.call("accounts.explain", account="ana")["unmet"] == []

    # As it is copied out of a mail by hand: in groups, with small letters.
    typed = "-".join(code[n:n + 4] for n in range(0, 28, 4)).lower()
    ended = not_me(place, typed, "--account", "ana")
    assert ended.returncode == 0, ended.stderr
    assert "is the one from before again" in ended.stdout + ended.stderr
    assert place.letter("passwordUndone", address("ana"))
    assert "ana" in place.letter("takeoverReported", address("chief"))
    place.daemon.kill()
    place.daemon.start()
    assert accepts(place, "ana", PASSWORD) and not accepts(place, "ana", NEW_PASSWORD)
    # Nothing that the taker may have used recovers the account.
    assert place.world.call("accounts.explain", account="ana")["unmet"] == ["registered"]
    assert [e["outcome"] for e in place.world.events("password.undone", account="ana")] == ["succeeded"]
    assert [e["reason"] for e in place.world.events("method.disabled", account="ana")] == ["disputed", "disputed"]
    again = not_me(place, code, "--account", "ana")
    assert again.returncode == 77 and "not accepted" in again.stderr
    assert code not in str(place.world.audit()) and code not in place.daemon.log.read_text()
    place.world.verify()


def test_a_code_may_come_from_a_script_and_must_be_one(place):
    key = place.enrol("ana", "email", "totp")["totp"]
    code = code_in(reset(place, "ana", key))
    assert not_me(place, "no-code", "--account", "ana").returncode == 64
    assert not_me(place, "--account", "ana", "--answers-from", "-", text="seven\n").returncode == 65
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    assert not_me(place, wrong, "--account", "ana").returncode == 77
    ended = not_me(place, "--account", "ana", "--answers-from", "-", text=code + "\n")
    assert ended.returncode == 0, ended.stderr
    assert accepts(place, "ana", PASSWORD)
