"""Versions of the policy that wait for their time, and what was enough before, with the real daemon and client (feature F6)."""

import datetime
import json
import subprocess
import time

import pytest
from harness import NEW_PASSWORD, Daemon, World, app_code, client_program, fake_clock

DAY = 86_400
STRICTER = "recovery: {proofs: 2}\n"


class House:
    """One proof is enough; alice has an address and no more, and time passes as the test says."""

    def __init__(self, folder):
        self.clock = folder / "clock"
        self.pass_days(0)
        self.daemon = Daemon(folder, "recovery: {proofs: 1, coolingOffHours: 0}\n", env=fake_clock(self.clock)).start()
        self.world = World(self.daemon)
        self.world.add("alice")
        self.world.enrol("alice", app=False)
        self.world.add("bob")
        self.key = self.world.enrol("bob")

    def pass_days(self, days):
        self.days = days
        self.clock.write_text(f"+{int(days * DAY)}s")

    def restart(self):
        self.daemon.stop()
        self.daemon.start()

    def policy(self, *words, text="", status=0):
        ended = subprocess.run([client_program(), "policy", *words, "--socket", str(self.daemon.socket)], input=text, text=True,
                               capture_output=True, timeout=60)
        assert ended.returncode == status, (words, ended.stdout, ended.stderr)
        return ended

    def apply(self, document, *words, status=0):
        return self.policy("apply", "-", "--reason", "a test", *words, text=document, status=status)

    def proofs(self):
        settings = json.loads(self.policy("show", "--json").stdout)["settings"]
        return next(s["value"] for s in settings if s["field"] == "recovery.proofs")

    def states(self):
        return {v["version"]: v["state"] for v in json.loads(self.policy("history", "--json").stdout)}

    def recovers(self, name):
        """Whether an address alone recovers the account: where `explain` says that it can, it is tried."""
        if unmet := self.world.call("accounts.explain", account=name)["unmet"]:
            assert unmet == ["registered"]
            return False
        return self.prove_address(name)[1].get("grant") is not None

    def prove_address(self, name):
        begun = self.world.begin(name)
        code = self.world.mailed(begun)
        return begun, self.world.call("recovery.answer", handle=begun["handle"], choice=self.world.choice(begun, "email"), code=code)


def moment(days):
    """In so many days, by the daemon's clock at its start."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def house(folder):
    house = House(folder)
    yield house
    house.daemon.stop()


def test_invariant_I45_a_version_holds_from_its_time_on_whatever_happens_before(house):
    """Guard: PolicyBook.inForce asks the store for the highest version whose time has come."""
    told = house.apply(STRICTER, "--effective-at", moment(3), "--grace", "0", "--allow-loss")
    assert "Version 1" in told.stderr
    assert house.states() == {1: "scheduled"}
    assert house.recovers("alice")
    house.restart()
    assert house.states() == {1: "scheduled"} and house.proofs() == "1"
    house.pass_days(3.01)
    assert house.states() == {1: "inForce"} and house.proofs() == "2"
    assert not house.recovers("alice"), "nobody had to do anything"
    applied = house.world.events("policy.applied")[-1]
    assert abs(applied["effectiveAt"] / 1000 - time.time() - 3 * DAY) < 120


def test_invariant_I45_what_waits_can_be_taken_away_and_is_overtaken(house):
    """Guard: a version that comes into force cancels in its transaction what waits before it."""
    house.apply(STRICTER, "--effective-at", moment(3), "--allow-loss")
    house.policy("cancel", "1")
    assert house.states() == {1: "cancelled"}
    house.pass_days(4)
    assert house.proofs() == "1"
    assert "does not come into force later" in house.policy("cancel", "1", status=77).stderr
    # Another one waits, and is overtaken by one that holds at once.
    house.apply(STRICTER, "--effective-at", moment(9), "--allow-loss")
    overtaking = house.apply("recovery: {undoHours: 12}\n")
    assert "2" in overtaking.stdout + overtaking.stderr
    assert house.states() == {1: "cancelled", 2: "cancelled", 3: "inForce"}
    house.pass_days(10)
    assert house.proofs() == "1"


def test_invariant_I46_what_was_enough_before_counts_a_while(house):
    """Guard: EligibilityRules.offering asks the version before, until the grace is over."""
    house.apply(STRICTER, "--grace", "14", "--allow-loss")
    assert house.proofs() == "2"
    assert house.recovers("alice"), "by the rules before"
    # Who has enough for the new version recovers by it.
    half = house.prove_address("bob")[1]
    assert half["proofsMissing"] == 1 and half.get("grant") is None
    house.restart()
    house.pass_days(13.9)
    assert house.recovers("alice")
    house.pass_days(14.1)
    assert not house.recovers("alice")
    begun, _ = house.prove_address("bob")
    whole = house.world.call("recovery.answer", handle=begun["handle"], choice=house.world.choice(begun, "totp"),
                             code=app_code(house.key, at=time.time() + house.days * DAY))
    house.world.call("recovery.reset", account="bob", grant=whole["grant"], password=NEW_PASSWORD)
