"""New keys for a state that is in use: everything opens before and after, whatever interrupts the change (I18)."""

import contextlib
import os
import re
import sqlite3
import struct
import subprocess

import pytest
from harness import NEW_PASSWORD, PASSWORD, QUESTIONS, Daemon, World, app_code, program

# The calls of the system by which a rotation reads, writes and replaces; it is killed at each of them.
CALLS = ("openat", "flock", "getdents64", "fchmod", "write", "fsync", "rename", "unlink", "close")


def keys(path, word="show", status=0):
    ended = subprocess.run([program("ssprd"), "keys", word, "--keys", str(path)], capture_output=True, text=True, timeout=60)
    assert ended.returncode == status, (ended.stdout, ended.stderr)
    return ended.stdout + ended.stderr


def ring(path):
    """{(kind, number): key} of a file, read by its description (KeyRingFormat): kinds 1 sealing, 2 pepper, 3 tags, 4 decoys."""
    data = path.read_bytes()
    assert data.startswith(b"ssprd key ring\n\x01")
    count, = struct.unpack(">I", data[16:20])
    assert len(data) == 20 + 37 * count + 32
    return {struct.unpack(">BI", data[20 + 37 * i:25 + 37 * i]): data[25 + 37 * i:57 + 37 * i] for i in range(count)}


def drafts(path):
    return sorted(found.name for found in path.parent.glob(path.name + ".new-*"))


@pytest.fixture
def house(folder):
    """alice has every kind of sealed thing: contacts, an app, answers, a message that waits, a recovery that goes on."""
    daemon = Daemon(folder, "questions: true\nrecovery: {coolingOffHours: 0}\n").start()
    world = World(daemon)
    world.add("alice")
    world.key = world.enrol("alice", questions=True)
    yield world
    daemon.stop()


def sealed_under(world):
    """How many methods are sealed under which key."""
    with contextlib.closing(sqlite3.connect(world.daemon.state / "ssprd.sqlite")) as state:
        return dict(state.execute("SELECT payload_key, count(*) FROM methods GROUP BY payload_key"))


def test_invariant_I18_everything_opens_under_new_keys_and_before(house):
    """Guard: a ring keeps its former keys; what is sealed or hashed names its own (KeyRing.addingSealingKey, addingPepper)."""
    daemon, path = house.daemon, house.daemon.keys
    begun = house.begin("alice")
    house.call("recovery.send", handle=begun["handle"], choice=house.choice(begun, "email"))
    before = ring(path)
    assert "sealing key 1 of 1, pepper 1 of 1" in keys(path)
    assert "sealing key 2 of 2, pepper 2 of 2" in keys(path, "rotate")
    after = ring(path)
    assert before.items() < after.items() and set(after) - set(before) == {(1, 2), (2, 2)}
    assert len(set(after.values())) == len(after), "every key is another one"
    assert os.stat(path).st_mode & 0o777 == 0o600 and not drafts(path)
    # The daemon that runs goes on with what it has.
    house.call("signin.authenticate", account="alice", password=PASSWORD)
    assert sealed_under(house).keys() == {1}
    daemon.stop()
    daemon.start()
    # The message that waited, the recovery that went on, the app's key and the answers.
    code = house.code("recoveryCode", "alice@example.org")
    house.call("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "email"), code=code)
    proven = house.call("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "totp"), code=app_code(house.key))
    house.call("recovery.reset", account="alice", grant=proven["grant"], password=NEW_PASSWORD)
    again = house.begin("alice")
    house.call("recovery.answer", handle=again["handle"], choice=house.choice(again, "email"), code=house.mailed(again))
    # Questions come after all others, and are offered once something is proven.
    choice = len(again["methods"]) + 1
    asked = house.call("recovery.send", handle=again["handle"], choice=choice)["questions"]
    answers = [{"question": question["number"], "answer": QUESTIONS[question["number"]]} for question in asked]
    assert house.call("recovery.answer", handle=again["handle"], choice=choice, answers=answers)["grant"]
    house.call("signin.authenticate", account="alice", password=NEW_PASSWORD)
    # What is new is under the new key.
    house.add("ben")
    house.enrol("ben")
    assert sealed_under(house)[2] == 2
    house.verify()


def test_invariant_I18_the_former_ring_opens_nothing_new(house, folder):
    """Otherwise the new keys would not be in use."""
    former = folder / "former"
    former.write_bytes(house.daemon.keys.read_bytes())
    former.chmod(0o600)
    keys(house.daemon.keys, "rotate")
    house.daemon.stop()
    house.daemon.start()
    house.add("ben", password=NEW_PASSWORD)
    house.call("signin.authenticate", account="ben", password=NEW_PASSWORD)
    house.daemon.stop()
    house.daemon.keys = former
    house.daemon.start()
    house.call("signin.authenticate", account="alice", password=PASSWORD)
    assert house.refusal("signin.authenticate", account="ben", password=NEW_PASSWORD) != "refused", "no key is no wrong password"


@pytest.mark.parametrize("call", CALLS)
def test_invariant_I18_a_kill_leaves_the_old_ring_or_the_new_one(house, folder, call):
    """Guard: KeyRingFile.write makes a draft, syncs it and renames it; the next rotation removes what a killed one left."""
    path = house.daemon.keys
    house.daemon.stop()
    known, kills = ring(path), 0
    for number in range(1, 400):
        trace = folder / "trace"
        ended = subprocess.run(
            ["strace", "-f", "-o", str(trace), "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}",
             program("ssprd"), "keys", "rotate", "--keys", str(path)], capture_output=True, text=True, timeout=60)
        found = ring(path)
        assert known.items() <= found.items(), f"{call} {number}: a key is lost"
        added = len(found) - len(known)
        assert added in (0, 2), f"{call} {number}: between old and new"
        assert len(drafts(path)) <= 1, f"{call} {number}: drafts pile up"
        known = found
        keys(path)
        if ended.returncode == 0:
            break
        kills += 1
    assert ended.returncode == 0 and kills > 0, f"{call}: {kills} kills, and the last ended with {ended.returncode}: {ended.stderr}"
    keys(path, "rotate")
    assert not drafts(path)
    house.daemon.start()
    house.call("signin.authenticate", account="alice", password=PASSWORD)


def test_invariant_I18_rotations_at_once_lose_no_key(house):
    """Guard: KeyRingLock; without it two rotations begin from the same ring, and the keys of one are gone."""
    path = house.daemon.keys
    processes = [subprocess.Popen([program("ssprd"), "keys", "rotate", "--keys", str(path)], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True) for _ in range(12)]
    ended = [(process.communicate(timeout=60), process.returncode) for process in processes]
    told = [int(re.search(r"sealing key (\d+)", out)[1]) for (out, _), status in ended if status == 0]
    assert told and sorted(told) == list(range(2, len(told) + 2)), "each has a number of its own"
    assert len(ring(path)) == 4 + 2 * len(told)
    for (_, err), status in ended:
        assert status in (0, 78) and (status == 0 or "another rotation is under way" in err), err


def test_a_ring_that_cannot_be_used_is_left_alone(folder):
    path = folder / "ring"
    assert "is missing" in keys(path, "rotate", status=78)
    path.write_bytes(b"something else")
    path.chmod(0o600)
    assert "is damaged" in keys(path, "rotate", status=78)
    assert path.read_bytes() == b"something else" and not drafts(path)
    link = folder / "link"
    link.symlink_to(path)
    assert "is a symbolic link" in keys(link, "rotate", status=78)
    assert link.is_symlink()
