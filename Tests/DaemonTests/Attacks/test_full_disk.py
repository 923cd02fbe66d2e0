"""A state that has no room left: nothing is evaluated for nothing, nothing is granted, and service returns by itself (I12)."""

import contextlib
import os
import subprocess

import pytest
import sspr
from harness import NEW_PASSWORD, PASSWORD, Daemon, World, app_code, needs_root

PAGE = 4096
# Free pages at which a flow is tried, from none up to where it succeeds: every one at first, since commits are a few pages long.
STEPS = [*range(16), *range(16, 64, 4)]


@pytest.fixture
def small(folder):
    """A daemon whose state lies in a file system of 4 MiB of its own."""
    state = folder / "state"
    state.mkdir(mode=0o700)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={1024 * PAGE},mode=0700", "tmpfs", str(state)], capture_output=True, text=True)
    assert mounted.returncode == 0, mounted.stderr
    daemon = Daemon(folder)
    yield daemon
    daemon.stop()
    subprocess.run(["umount", str(state)], check=True)


class Ballast:
    """Fills the file system but for some pages, and gives the room back."""

    def __init__(self, daemon):
        self.path = daemon.state / "ballast"

    def fill(self, free):
        with open(self.path, "wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(PAGE))
            file.truncate(max(0, file.tell() // PAGE - free) * PAGE)
        found = os.statvfs(self.path.parent)
        assert found.f_bavail * found.f_frsize // PAGE == free

    def drop(self):
        self.path.unlink(missing_ok=True)


def sign_in(world, name):
    return lambda: world.call("signin.authenticate", account=name, password=PASSWORD)


def wrong_sign_in(world, name):
    return lambda: world.call("signin.authenticate", account=name, password="not the right one")


def begin(world, name):
    return lambda: world.begin(name)


def send(world, name):
    begun = world.begin(name)
    return lambda: world.call("recovery.send", handle=begun["handle"], choice=world.choice(begun, "email"))


def answer(world, name):
    """The last proof, so that a right answer is a grant."""
    begun = world.begin(name)
    world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=world.mailed(begun))
    code = app_code(world.keys[name])
    return lambda: world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=code)


def reset(world, name):
    grant = world.grant(name, world.keys[name])
    return lambda: world.call("recovery.reset", account=name, grant=grant, password=NEW_PASSWORD)


def register(world, name):
    handle = world.call("registration.prove", account=name, password=PASSWORD, code=app_code(world.keys[name], offset=0))["handle"]
    return lambda: world.call("registration.begin", handle=handle, kind="totp")


# What each flow leaves in the trail when it was evaluated, by its outcome.
FLOWS = {
    "sign-in": (sign_in, "signin.answered"),
    "wrong sign-in": (wrong_sign_in, "signin.answered"),
    "begin": (begin, "recovery.begun"),
    "send": (send, "proof.requested"),
    "answer": (answer, "recovery.granted"),
    "reset": (reset, "password.reset"),
    "register": (register, "registration.begun"),
}


def outcome_of(run):
    try:
        run()
        return "done"
    except sspr.Failed as failed:
        return failed.name


@needs_root
@pytest.mark.parametrize("flow", FLOWS)
def test_invariant_I12_without_room_nothing_is_told_and_service_returns(small, flow):
    """Guard: StoreError.unavailable for every write without room; what is evaluated is charged in a commit before."""
    prepare, kind = FLOWS[flow]
    world = World(small.start())
    world.keys = {}
    ballast = Ballast(small)
    refused, done = 0, []

    def told(name, **fields):
        return [r["event"] for r in world.audit(account=name) if r["event"]["kind"] == kind]

    for number, free in enumerate(STEPS):
        name = f"user{number}"
        world.add(name)
        if flow not in ("sign-in", "wrong sign-in"):
            world.keys[name] = world.enrol(name)
        run = prepare(world, name)
        before = len(told(name))
        # A log that is as short as can be: what is in it already takes no more room.
        small.stop()
        small.start()
        ballast.fill(free)
        outcome = outcome_of(run)
        ended = small.process.poll()
        ballast.drop()
        assert ended is None, f"with {free} free pages the daemon ended: {small.log.read_text()[-1000:]}"
        events = told(name)[before:]
        if outcome == "unavailable":
            refused += 1
            assert not events, f"with {free} free pages: told nothing, and written down"
            # At once, without a restart: the same call is answered.
            again = outcome_of(run)
            assert again in ("done", "refused"), again
        else:
            # Whatever was told is in the trail: nothing was evaluated for nothing.
            assert outcome == ("refused" if flow == "wrong sign-in" else "done"), (outcome, free)
            assert events, f"with {free} free pages: told {outcome}, and not written down"
            done.append(free)
        if len(done) >= 3:
            break
    world.verify()
    assert refused >= 1, "the disk was never full"
    assert len(done) >= 3, "there was never enough room"
