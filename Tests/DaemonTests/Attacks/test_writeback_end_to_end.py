"""An account whose password lives in /etc/shadow is recovered end to end: real daemon, real agent, real chpasswd, a private root."""

import pathlib
import subprocess
import sys
import time

import sspr
from harness import NEW_PASSWORD, PASSWORD, needs_root, program, wait_until

sys.path.insert(0, str(pathlib.Path(__file__).parent / "agents"))

from private_etc import PrivateEtc  # noqa: E402  (the path comes first)


def start_agent(world, root):
    log = open(world.daemon.folder / "writeback.log", "ab")
    return subprocess.Popen([program("sspr-writeback"), "--socket", str(world.daemon.socket), "--target", "shadow", "--root", str(root)],
                            stdin=subprocess.DEVNULL, stderr=log)


def is_proven(world, account, password):
    try:
        world.call("signin.authenticate", account=account, password=password)
        return True
    except sspr.Failed as failed:
        assert failed.name in ("unavailable", "refused"), failed.name
        return False


@needs_root
def test_a_shadow_password_is_reset_end_to_end(world, folder):
    root = folder / "root"
    etc = PrivateEtc(root / "etc")
    etc.add("alice", 1500, PASSWORD)
    etc.write()
    world.call("accounts.add", account="alice", target="shadow", uid=1500)
    # Nobody serves the target yet: nothing can be proven, and nothing is charged.
    assert world.refusal("signin.authenticate", account="alice", password=PASSWORD) == "unavailable"
    agent = start_agent(world, root)
    try:
        wait_until(lambda: is_proven(world, "alice", PASSWORD), what="the agent's first answer")
        assert world.refusal("signin.authenticate", account="alice", password="not the password") == "refused"
        key = world.enrol("alice")
        grant = world.grant("alice", key)
        # A newline would end chpasswd's line: the target refuses, nothing has changed, and the grant is still good.
        with world.daemon.connect() as peer:
            try:
                peer.call("recovery.reset", account="alice", grant=grant, password="x" * 600)
                raise AssertionError("too long for the target, yet accepted")
            except sspr.Failed as failed:
                assert failed.name in ("targetRefused", "passwordRefused"), failed.name
        assert etc.has("alice", PASSWORD)
        world.call("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
        assert etc.has("alice", NEW_PASSWORD) and etc.has("root", "Root-Old-1")
        assert is_proven(world, "alice", NEW_PASSWORD)
        assert world.refusal("signin.authenticate", account="alice", password=PASSWORD) == "refused"
        assert world.refusal("recovery.reset", account="alice", grant=grant, password=PASSWORD) == "refused"
        kinds = [e["kind"] for e in (r["event"] for r in world.audit(account="alice")) if e["outcome"] == "succeeded"]
        assert kinds.index("writeback.ordered") < kinds.index("password.reset")
        assert NEW_PASSWORD.encode() not in (world.daemon.folder / "writeback.log").read_bytes() + world.daemon.log.read_bytes()
    finally:
        agent.terminate()
        assert agent.wait(20) == 0
    world.verify()


@needs_root
def test_a_crash_between_order_and_outcome_is_told_as_unknown(world, folder):
    root = folder / "root"
    etc = PrivateEtc(root / "etc")
    etc.add("alice", 1500, PASSWORD)
    etc.write()
    world.call("accounts.add", account="alice", target="shadow")
    slow = folder / "slow-chpasswd"
    slow.write_text('#!/bin/sh\nsleep 2\nexec /usr/sbin/chpasswd "$@"\n')
    slow.chmod(0o700)
    log = open(world.daemon.folder / "writeback.log", "ab")
    agent = subprocess.Popen([program("sspr-writeback"), "--socket", str(world.daemon.socket), "--target", "shadow", "--root", str(root),
                              "--chpasswd", str(slow)], stdin=subprocess.DEVNULL, stderr=log)
    try:
        wait_until(lambda: is_proven(world, "alice", PASSWORD), what="the agent's first answer")
        key = world.enrol("alice")
        grant = world.grant("alice", key)
        peer = world.daemon.connect()
        peer.start("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
        wait_until(lambda: world.events("writeback.ordered", account="alice"), what="the order")
        time.sleep(0.2)
        world.daemon.kill()
        world.daemon.start()
        settled = world.events("writeback.settled", account="alice")
        assert [(e["outcome"], e["reason"]) for e in settled] == [("unknown", "crashed")]
        assert world.refusal("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD) == "refused"
        # The owner is told; what was queued before comes first.
        while world.deliveries()[0]["kind"] != "resetUncertain":
            pass
    finally:
        agent.terminate()
        agent.wait(30)
    world.verify()


@needs_root
def test_attack_A15_a_reused_name_is_refused_and_written_down(world, folder):
    """Guard: the order carries the account's numbers, the agent compares them, and the daemon settles the order as failed."""
    root = folder / "root"
    etc = PrivateEtc(root / "etc")
    etc.add("alice", 1500, PASSWORD)
    etc.write()
    world.call("accounts.add", account="alice", target="shadow", uid=1500)
    agent = start_agent(world, root)
    try:
        wait_until(lambda: is_proven(world, "alice", PASSWORD), what="the agent's first answer")
        key = world.enrol("alice")
        # The host's administrator has given the name to a newcomer.
        etc.passwd = [line.replace("alice:x:1500", "alice:x:1501") for line in etc.passwd]
        etc.write()
        grant = world.grant("alice", key)
        with world.daemon.connect() as peer:
            try:
                peer.call("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
                raise AssertionError("the newcomer's password was changed")
            except sspr.Failed as failed:
                assert (failed.name, failed.refusal) == ("targetRefused", "otherUser")
        assert etc.has("alice", PASSWORD), "nothing has changed there"
        [settled] = world.events("writeback.settled", account="alice")
        assert (settled["outcome"], settled["reason"]) == ("failed", "targetRefused")
        assert not world.events("password.reset", outcome="succeeded")
        # Nothing was done, so the grant is still good where the account is the one that is meant.
        etc.passwd = [line.replace("alice:x:1501", "alice:x:1500") for line in etc.passwd]
        etc.write()
        world.call("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
        assert etc.has("alice", NEW_PASSWORD)
    finally:
        agent.terminate()
        assert agent.wait(20) == 0
    world.verify()
