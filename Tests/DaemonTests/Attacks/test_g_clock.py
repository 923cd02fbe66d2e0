"""The wall clock is set under a running daemon, and while it does not run (attack G4)."""

import time

import pytest
from harness import PASSWORD, Daemon, World, fake_clock, wait_until

DAY, YEAR = 86_400, 31_536_000


class Clock:
    """Lets time pass, and sets the wall clock of the daemon and of nobody else."""

    def __init__(self, folder):
        self.file, self.passed, self.set_by = folder / "clock", 0, 0
        self.write()

    def write(self):
        self.file.write_text(f"+{self.passed}s {self.set_by:+d}s\n")

    def passes(self, seconds):
        self.passed += seconds
        self.write()

    def is_set(self, seconds):
        self.set_by += seconds
        self.write()

    @property
    def wall(self):
        return time.time() + self.passed + self.set_by


@pytest.fixture
def stage(folder):
    clock = Clock(folder)
    daemon = Daemon(folder, env=fake_clock(clock.file)).start()
    world = World(daemon)
    world.add("alice")
    world.enrol("alice")
    yield world, clock, daemon
    daemon.stop()


def jumps(world):
    return [(event["reason"], round(event["shift"] / 1000)) for event in world.events("clock.jumped")]


def jump(world, clock, seconds):
    """Sets the clock and waits until the daemon has seen it."""
    before = len(jumps(world))
    clock.is_set(seconds)
    wait_until(lambda: len(jumps(world)) > before, what="a jump in the trail")
    reason, shift = jumps(world)[-1]
    assert reason == ("clockAhead" if seconds > 0 else "clockBehind") and abs(shift - abs(seconds)) <= 2


@pytest.mark.parametrize("seconds", [-DAY, -50 * YEAR, 10 * YEAR])
def test_attack_G4_a_clock_that_is_set_revives_nothing(stage, seconds):
    """Guard: ClockWatch moves what ends a life back with the clock, and never forward."""
    world, clock, _ = stage
    begun = world.begin("alice")
    email = world.choice(begun, "email")
    old = world.mailed(begun)
    clock.passes(590)
    # It had ten seconds to live: a clock that says more has ended it, and one that says less has not given it more.
    jump(world, clock, seconds)
    if seconds < 0:
        clock.passes(11)
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=email, code=old) == "refused"
    jump(world, clock, -seconds)
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=email, code=old) == "refused"
    # What is told has the time that people see.
    newer = world.begin("alice")
    assert abs(newer["expiresAt"] / 1000 - clock.wall - 15 * 60) < 60
    assert abs(world.events("recovery.begun")[-1]["at"] / 1000 - clock.wall) < 60


@pytest.mark.parametrize("seconds", [-DAY, -50 * YEAR, 10 * YEAR])
def test_attack_G4_a_clock_that_is_set_shortens_no_wait(stage, seconds):
    """Guard: ClockWatch moves what ends a wait with the clock, both ways."""
    world, clock, daemon = stage
    for number in range(10):
        assert world.refusal("signin.authenticate", account="alice", password=f"a wrong sentence {number}") == "refused"
    jump(world, clock, seconds)
    assert world.refusal("signin.authenticate", account="alice", password=PASSWORD) == "throttled"
    # Nor while the daemon does not run.
    daemon.stop()
    clock.is_set(-seconds)
    daemon.start()
    assert len(jumps(world)) == 2
    assert world.refusal("signin.authenticate", account="alice", password=PASSWORD) == "throttled"
    clock.passes(61)
    world.call("signin.authenticate", account="alice", password=PASSWORD)


def test_attack_G4_time_that_passes_is_no_jump(stage):
    """Guard: ClockWatch compares the wall clock with the one that counts sleep."""
    world, clock, daemon = stage
    for _ in range(3):
        clock.passes(YEAR)
        world.begin("alice")
        time.sleep(1.1)
    daemon.stop()
    clock.passes(YEAR)
    daemon.start()
    assert jumps(world) == []
