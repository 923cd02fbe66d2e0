"""Feature F8: how messages are made, handed out, repeated and forgotten."""

import contextlib
import random
import sqlite3
import time

import pytest
import sspr
from at_the_terminal import apply_policy
from harness import NEW_PASSWORD, PASSWORD, Daemon, World, fake_clock

MINUTE, HOUR = 60, 3600


class PostRoom:
    """alice has an address, one proof is enough, and root is an administrator who is told of every policy; time passes as the test says."""

    def __init__(self, folder):
        self.clock, self.passed, self.policies = folder / "clock", 0, 0
        self.pass_seconds(0)
        self.daemon = Daemon(folder, "recovery: {proofs: 1}\n", env=fake_clock(self.clock)).start()
        self.world = World(self.daemon)
        self.world.add("alice")
        self.world.enrol("alice", app=False)
        self.world.add("chief", role="globalAdministrator")
        self.world.enrol("chief", app=False)
        self.world.deliveries()

    def pass_seconds(self, seconds):
        self.passed += seconds
        self.clock.write_text(f"+{self.passed}s")

    def claim(self):
        return self.world.call("agents.claimDelivery")["job"]

    def report(self, job, outcome="accepted", reason=None):
        self.world.call("agents.reportDelivery", id=job["id"], lease=job["lease"], outcome=outcome, reason=reason)

    def other_message(self):
        """Queues a message to the administrator, the newest of all."""
        self.policies += 1
        apply_policy(self.world, f"recovery: {{proofs: 1, coolingOffHours: {self.policies % 24}}}")

    def is_next(self, job):
        """Whether the message is handed out now; the newest of all is queued, so that somebody must be."""
        self.other_message()
        claimed = self.claim()
        if claimed["id"] == job["id"]:
            self.report(self.claim())
            return claimed
        assert claimed["kind"] == "policyChanged"
        self.report(claimed)
        return None

    def begun(self):
        begun = self.world.begin("alice")
        self.world.call("recovery.send", handle=begun["handle"], choice=self.world.choice(begun, "email"))
        return begun

    def row(self, job):
        return next(row for row in listed(self.world) if row["id"] == job["id"])


def listed(world):
    rows, page = [], {"reached": 0, "isLast": False}
    while not page["isLast"]:
        page = world.call("agents.listDeliveries", after=page["reached"])
        rows += page["deliveries"]
    return rows


@pytest.fixture
def room(folder):
    room = PostRoom(folder)
    yield room
    room.daemon.stop()


def test_feature_F8_a_message_is_there_exactly_when_what_it_tells_is(room):
    """Messages are rows of the transaction that they tell about; couriers lease them, at least once, and a code dies with its time."""
    moments, current, told = random.Random(8), PASSWORD, 0
    for number in range(8):
        new = f"the sentence of round {number}"
        with room.daemon.connect() as peer:
            peer.start("signin.change", account="alice", current=current, new=new)
            time.sleep(moments.uniform(0, 0.04))
            room.daemon.kill()
        room.daemon.start()
        changed = room.world.events("password.changed")
        if len(changed) > told:
            current, told = new, told + 1
        # What the trail says is so, and a right password takes away what the interrupted ones have charged.
        room.world.call("signin.authenticate", account="alice", password=current)
        assert len(changed) == told
        assert [row["kind"] for row in listed(room.world)].count("passwordChanged") == told
    # Killed after the answer it is there as well.
    room.world.call("signin.change", account="alice", current=current, new=NEW_PASSWORD)
    room.daemon.kill()
    room.daemon.start()
    assert [room.claim()["kind"] for _ in range(told + 1)] == ["passwordChanged"] * (told + 1)


def test_feature_F8_a_message_is_leased_and_comes_again(room):
    """Messages are rows of the transaction that they tell about; couriers lease them, at least once, and a code dies with its time.

    lease 60 s"""
    room.world.call("signin.change", account="alice", current=PASSWORD, new=NEW_PASSWORD)
    first = room.claim()
    assert first["kind"] == "passwordChanged"
    room.pass_seconds(55)
    assert not room.is_next(first), "nobody else is given it"
    room.pass_seconds(6)
    again = room.is_next(first)
    assert again["lease"] == first["lease"] + 1, "the courier has died with it: it comes once more, under its number"
    assert {**again, "lease": 0} == {**first, "lease": 0}
    with pytest.raises(sspr.Failed) as late:
        room.report(first)
    assert late.value.name == "refused", "the one before has lost it"
    room.daemon.kill()
    room.daemon.start()
    room.report(again)
    room.pass_seconds(HOUR)
    assert not room.is_next(first), "what was accepted does not come again"


def test_feature_F8_a_code_dies_with_its_time(room):
    """Messages are rows of the transaction that they tell about; couriers lease them, at least once, and a code dies with its time."""
    world = room.world
    room.begun()
    room.pass_seconds(10 * MINUTE + 1)
    room.other_message()
    assert room.claim()["kind"] == "policyChanged", "nobody is given a dead code"
    # One that was handed out in time is worth nothing afterwards, and one that was put off is not tried again.
    begun = room.begun()
    job = room.claim()
    assert job["kind"] == "recoveryCode" and job["expiresAt"] - job["happenedAt"] == 10 * MINUTE * 1000
    room.pass_seconds(10 * MINUTE + 1)
    room.report(job, "retry")
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=job["code"]) == "refused"
    room.pass_seconds(HOUR)
    assert not room.is_next(job) and room.row(job)["state"] == "failed" and room.row(job)["reason"] == "expired"


def test_feature_F8_repeats_come_later_and_later(room):
    """repeats 10 s to 1 h"""
    room.world.call("signin.change", account="alice", current=PASSWORD, new=NEW_PASSWORD)
    job = room.claim()
    for pause in [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]:
        room.report(job, "retry", "relayBusy")
        early = pause - min(5, pause * 0.3)
        room.pass_seconds(early)
        assert not room.is_next(job), f"before {pause} s"
        room.pass_seconds(pause - early)
        job = room.is_next(job)
        assert job, f"after {pause} s"


def test_feature_F8_a_notice_is_tried_for_three_days(room):
    """notices 72 h"""
    room.world.call("signin.change", account="alice", current=PASSWORD, new=NEW_PASSWORD)
    room.world.call("signin.change", account="alice", current=NEW_PASSWORD, new="a third one, after that")
    room.pass_seconds(72 * HOUR - MINUTE)
    job = room.claim()
    assert job["kind"] == "passwordChanged" and job["expiresAt"] - job["happenedAt"] == 72 * HOUR * 1000
    room.report(job)
    room.pass_seconds(MINUTE + 1)
    room.other_message()
    assert room.claim()["kind"] == "policyChanged", "the second of them has died"
    assert [(row["state"], row.get("reason")) for row in listed(room.world) if row["kind"] == "passwordChanged"] == [
        ("accepted", None), ("failed", "noCourier")]


def test_feature_F8_what_became_of_a_message_is_forgotten(room):
    """traces 96 h, 100,000"""
    kept = room.world.call("agents.listDeliveries", after=0)["deliveries"]
    room.pass_seconds(96 * HOUR - MINUTE)
    room.other_message()
    assert listed(room.world)[:-1] == kept, "each is still there"
    room.pass_seconds(MINUTE + 1)
    room.other_message()
    assert [row["kind"] for row in listed(room.world)] == ["policyChanged"] * 2, "only what has come since"


def test_feature_F8_what_became_of_a_message_is_forgotten_where_nothing_happens(room):
    """traces 96 h, 100,000"""
    room.pass_seconds(97 * HOUR)
    room.daemon.stop()
    room.daemon.start()
    assert listed(room.world) == []


def test_feature_F8_so_many_traces_are_kept(room):
    """traces 96 h, 100,000"""
    room.daemon.stop()
    # As many as a busy house has: copies of the newest, so that there are 100,000.
    columns = "account, origin, choice, channel, kind, aim, queued_at, expires_at, state, reason, taken_at, settled_at, attempts"
    with contextlib.closing(sqlite3.connect(room.daemon.state / "ssprd.sqlite")) as database, database:
        there, newest = database.execute("SELECT COUNT(*), MAX(number) FROM traces").fetchone()
        database.execute(f"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000 - {there})
            INSERT INTO traces (number, delivery, {columns}) SELECT {newest} + i, i, {columns} FROM n, traces WHERE number = {newest}""")
    room.daemon.start()

    def counted():
        with contextlib.closing(sqlite3.connect(f"file:{room.daemon.state}/ssprd.sqlite?mode=ro", uri=True)) as database:
            return database.execute("SELECT COUNT(*) FROM traces").fetchone()[0]

    def page(after):
        return room.world.call("agents.listDeliveries", after=after)["deliveries"]

    oldest, second = page(0)[:2]
    assert counted() == 100_000 and page(newest - there + 99_999)[-1]["kind"] != "policyChanged"
    room.other_message()
    assert counted() == 100_000 and page(0)[0] == second, "the oldest has gone, and no other"
    assert page(newest - there + 100_000)[-1]["kind"] == "policyChanged", "the newest is there"
