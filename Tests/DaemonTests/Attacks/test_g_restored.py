"""A copy of the state is put back (attack G5)."""

import os
import shutil
import sqlite3
import time

import pytest
from harness import NEW_PASSWORD, PASSWORD, Daemon, World, app_code, fake_clock

DAY = 86_400


def copy_of(daemon):
    """A copy of the state, made while the daemon runs, as a backup program makes it."""
    place = daemon.folder / "copy.sqlite"
    place.unlink(missing_ok=True)
    source, target = sqlite3.connect(daemon.state / "ssprd.sqlite"), sqlite3.connect(place)
    source.backup(target)
    source.close()
    target.close()
    return place


def put_back(daemon, copy):
    for path in daemon.state.glob("ssprd.sqlite*"):
        path.unlink()
    shutil.copyfile(copy, daemon.state / "ssprd.sqlite")
    os.chmod(daemon.state / "ssprd.sqlite", 0o600)


def restored(world):
    return [(event["reason"], event.get("missing")) for event in world.events("state.restored")]


@pytest.fixture
def stage(folder):
    (folder / "clock").write_text("+0s")
    daemon = Daemon(folder, configuration="temporaryPass: true\n", env=fake_clock(folder / "clock")).start()
    world = World(daemon)
    world.add("alice")
    key = world.enrol("alice")
    yield world, daemon, key
    daemon.stop()


@pytest.mark.parametrize("age", [1, 60, 3600, DAY])
def test_invariant_I19_what_was_used_up_is_not_good_again(stage, age):
    """Guard: the witness remembers the newest record; StartUp.settle makes void what may have been used since."""
    world, daemon, key = stage
    the_pass = world.call("accounts.pass", account="alice", isVouchedFor=True)["pass"]
    begun = world.begin("alice")
    email = world.choice(begun, "email")
    code = world.mailed(begun)
    copy = copy_of(daemon)
    # All of it is used up.
    world.call("recovery.answer", handle=begun["handle"], choice=email, code=code)
    app = app_code(key)
    grant = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=app)["grant"]
    world.call("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
    (daemon.folder / "clock").write_text(f"+{age}s")
    daemon.stop()
    put_back(daemon, copy)
    daemon.start()
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=email, code=code) == "refused"
    # The app's code of now would be good in the copy: whoever saw it being used has it.
    other = world.begin("alice")
    shown = app_code(key, at=time.time() + age)
    assert world.refusal("recovery.answer", handle=other["handle"], choice=world.choice(other, "totp"), code=shown) == "refused"
    assert world.refusal("recovery.answer", handle=other["handle"], choice=world.choice(other, "temporaryPass"), code=the_pass) == "refused"
    assert world.refusal("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD) == "refused"
    (reason, missing), = restored(world)
    assert reason == "olderState" and missing > 0
    # What the copy says of the password is what holds, and life goes on.
    world.call("signin.authenticate", account="alice", password=PASSWORD)
    daemon.stop()
    daemon.start()
    assert len(restored(world)) == 1


def test_attack_G5_a_state_on_another_host_or_without_its_witness_is_unknown(stage):
    """Guard: without a witness that vouches for it, a state is treated like a copy."""
    world, daemon, _ = stage
    begun = world.begin("alice")
    daemon.stop()
    (daemon.folder / "keyring.witness").unlink()
    daemon.start()
    assert restored(world) == [("unknownState", None)]
    assert world.refusal("recovery.send", handle=begun["handle"], choice=world.choice(begun, "email")) == "refused"


def test_attack_G5_a_crash_is_no_copy(stage):
    """Guard: the witness says less than the state or as much, however the daemon dies."""
    world, daemon, _ = stage
    for _ in range(5):
        begun = world.begin("alice")
        daemon.kill()
        daemon.start()
        world.call("recovery.send", handle=begun["handle"], choice=world.choice(begun, "email"))
        world.outbox.clear()
    assert restored(world) == []
