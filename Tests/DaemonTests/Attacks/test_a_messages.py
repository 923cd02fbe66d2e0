"""Rows A8 and A16: what reaches a mailbox has no link that a peer could shape or a scanner could follow."""

import re
import subprocess

import pytest

import sspr
from harness import Daemon, World, app_code, folder, program, wait_until  # noqa: F401


def test_attack_A8_no_message_has_a_link_and_no_peer_shapes_one(world, folder):
    """Guard: requests carry no host (CBORDecoder(unknownKeys: .refuse)), and the courier's words have no address of the web."""
    for name, language in (("alice", "en"), ("berta", "de")):
        world.add(name, language=language)
    with world.daemon.connect() as peer:
        for extra in ({99: "evil.example"}, {"host": "evil.example"}, {"Host": "evil.example", "url": "https://evil.example/"}):
            for body in ({1: "alice", 2: "reset", **extra}, {1: "alice", 2: {"host": "evil.example"}}):
                with pytest.raises(sspr.Failed) as failed:
                    peer.raw(sspr.CALLS["recovery.begin"]["number"], sspr.encode(body))
                assert failed.value.name == "malformed"
    world.enrol("alice")
    world.enrol("berta")
    spool = folder / "letters"
    spool.mkdir(mode=0o700)
    courier = subprocess.Popen([program("sspr-courier"), "--socket", world.daemon.socket, "--spool", spool], stderr=subprocess.DEVNULL)
    try:
        def letters():
            return [path.read_text() for path in spool.rglob("*") if path.is_file() and not path.name.startswith(".")]

        for name in ("alice", "berta"):
            begun = world.begin(name)
            world.call("recovery.send", handle=begun["handle"], choice=world.choice(begun, "email"))
        # The notices of both apps are on their way as well: more than codes is looked at.
        wait_until(lambda: sum(bool(re.search(r"\b\d{8}\b", text)) for text in letters()) >= 2 and len(letters()) >= 4, what="the letters")
        for text in letters():
            assert not re.search(r"://|www\.|href|evil\.example", text, re.I), text
    finally:
        courier.terminate()
        courier.wait(20)
    world.verify()


def test_attack_A16_looking_at_a_code_uses_nothing_up(world):
    """Guard: only recovery.answer spends a code (CodeRow.isSpent); following its message and taking it again read."""
    world.add("alice")
    key = world.enrol("alice")
    begun = world.begin("alice")
    choice = world.choice(begun, "email")
    world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=app_code(key))
    code = world.mailed(begun)
    for _ in range(100):
        trace = world.call("recovery.trace", handle=begun["handle"], choice=choice)
        assert code not in str(trace)
    assert world.call("recovery.answer", handle=begun["handle"], choice=choice, code=code).get("grant")
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=choice, code=code) == "refused", "one submission uses it up"
    world.verify()
