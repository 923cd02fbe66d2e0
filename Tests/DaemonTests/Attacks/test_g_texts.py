"""Row G7: no text of a peer reaches a log, a trail, a message or another peer with anything hidden in it."""

import threading
import unicodedata

import pytest
import sspr
from harness import NEW_PASSWORD, PASSWORD
from test_g_storage import serve_writeback

EVIL = ["\r\n", "\n", "\0", "\x1b[2J", "\x9b", "\u202e", "\u2028", "\u200b", "\ufeff", "\U000e0041"]


def is_hidden(text):
    return any(unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cs") for letter in text)


@pytest.mark.parametrize("evil", EVIL, ids=[ascii(evil)[1:-1] for evil in EVIL])
def test_attack_G7_names_and_addresses_hide_nothing(world, evil):
    """Guard: AccountName, EmailAddress and PhoneNumber cannot hold anything hidden; the trail has typed fields only."""
    world.add("alice")
    handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
    before = world.audit()
    for name in (f"al{evil}ice", f"alice{evil}", f"{evil}alice"):
        for call, fields in (("accounts.add", {"password": PASSWORD}), ("recovery.begin", {"purpose": "reset"}),
                             ("signin.authenticate", {"password": PASSWORD}), ("registration.prove", {"password": PASSWORD})):
            assert world.refusal(call, account=name, **fields) == "malformed", (call, name)
    for kind, contact in (("email", f"alice{evil}@example.org"), ("email", f"alice@example.org{evil}"), ("email", f"alice@exam{evil}ple.org"),
                          ("mobilePhone", f"+49151{evil}12345678"), ("officePhone", f"+493012345678;ext=4{evil}2")):
        assert world.refusal("registration.begin", handle=handle, kind=kind, contact=contact) == "malformed", contact
    assert world.audit() == before
    assert not any(byte < 32 and byte != 10 or byte == 127 for byte in world.daemon.log.read_bytes())


def test_attack_G7_a_long_name_is_one_refusal(world):
    """Guard: a call's size limit, decided from the header."""
    before = world.audit()
    for name in ("a" * 65, "a" * 65_000):
        with pytest.raises((sspr.Failed, sspr.Closed)):
            world.call("recovery.begin", account=name, purpose="reset")
    assert world.audit() == before
    assert max(map(len, world.daemon.log.read_text().splitlines())) < 1000


def test_attack_G7_a_targets_words_reach_people_without_what_is_hidden(world):
    """Guard: WritebackReport(request) leaves out what is hidden; a target may quote whatever somebody has typed."""
    stop, said = threading.Event(), "".join(f"no{evil}" for evil in EVIL) + "Password: "

    def answer(job):
        return {"outcome": "changed"} if job["operation"] == "verify" else {"outcome": "unchanged", "refusal": "passwordPolicy", "text": said}
    agent = threading.Thread(target=serve_writeback, args=(world.daemon, stop, [], answer), daemon=True)
    agent.start()
    try:
        world.call("accounts.add", account="alice", target="shadow")
        key = enrolled(world)
        with pytest.raises(sspr.Failed) as failed:
            world.call("recovery.reset", account="alice", grant=world.grant("alice", key), password=NEW_PASSWORD)
    finally:
        stop.set()
    assert failed.value.text and "Password" in failed.value.text and not is_hidden(failed.value.text), ascii(failed.value.text)
    assert not is_hidden(world.daemon.log.read_text().replace("\n", ""))


def enrolled(world):
    """The desk knows an agent from its first word on."""
    for _ in range(1000):
        try:
            return world.enrol("alice")
        except sspr.Failed as failed:
            assert failed.name == "unavailable", failed
    raise AssertionError("no agent came")
