"""What the printed pages say is what the daemon does."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Attacks"))

import pytest
import sspr
from harness import NEW_PASSWORD, PASSWORD, World, app_code, daemon, folder, program  # noqa: F401  (fixtures)


class Watched(World):
    """Compares, after each call, what it left in the trail with what its declaration says."""

    def __init__(self, daemon):
        super().__init__(daemon)
        self.reached = 0
        self.seen = {}

    def call(self, name, **fields):
        try:
            return super().call(name, **fields)
        finally:
            if not name.startswith("audit."):
                self.note(name)

    def deliveries(self, count=1):
        taken = super().deliveries(count)
        # Two calls in turn, on a connection of the courier's own.
        self.note("agents.claimDelivery", "agents.reportDelivery")
        return taken

    def note(self, *names):
        page = super().call("audit.read", after=self.reached)
        self.reached = page["reached"]
        kinds = {record["event"]["kind"] for record in page["records"]}
        name = names[0]
        assert kinds <= {kind for name in names for kind in sspr.CALLS[name]["audit"]}, (names, kinds)
        self.seen.setdefault(name, set()).update(kinds)


def test_a_call_leaves_the_events_that_it_declares_and_no_other(daemon):  # noqa: F811
    world = Watched(daemon)
    # The daemon's own start.
    world.reached = World.call(world, "audit.read", after=0)["reached"]

    def refused(name, **fields):
        with pytest.raises(sspr.Failed):
            world.call(name, **fields)

    world.call("service.ping")
    world.add("alice")
    refused("accounts.add", account="alice", password=PASSWORD)
    for _ in range(11):
        refused("signin.authenticate", account="ghost", password=f"wrong {_}")
    refused("signin.change", account="alice", current="wrong", new=NEW_PASSWORD)
    refused("registration.prove", account="alice", password="wrong")
    key = world.enrol("alice", questions=True)
    for _ in range(12):
        refused("registration.prove", account="alice", password=PASSWORD, code="000000")
    world.call("registration.describe", account="alice")
    begun = world.begin("alice")
    world.call("recovery.send", handle=begun["handle"], choice=1)
    refused("recovery.send", handle=begun["handle"], choice=9)
    world.call("recovery.cancel", handle=begun["handle"])
    refused("recovery.cancel", handle=begun["handle"])
    ghost = world.begin("ghost")
    for _ in range(5):
        refused("recovery.answer", handle=ghost["handle"], choice=1, code="00000000")
    refused("recovery.reset", account="ghost", grant=bytes(32), password=NEW_PASSWORD)
    refused("recovery.unlock", account="ghost", grant=bytes(32))
    world.call("accounts.enable", account="alice", isEnabled=False)
    world.call("accounts.enable", account="alice", isEnabled=True)
    world.call("signin.change", account="alice", current=PASSWORD, new=NEW_PASSWORD)
    world.call("accounts.list")
    world.call("accounts.show", account="alice")
    assert key
    for name, kinds in {
        "signin.authenticate": {"signin.answered", "signin.locked"}, "signin.change": {"signin.answered", "password.changed"},
        "registration.prove": {"registration.proven", "signin.answered", "method.disabled"},
        "recovery.answer": {"proof.answered", "recovery.blocked"}, "accounts.enable": {"account.enabled", "account.disabled"},
    }.items():
        assert world.seen[name] >= kinds, (name, world.seen[name])


def test_the_printed_pages_are_those_of_the_program(folder):  # noqa: F811
    """`make spec` prints them anew."""
    subprocess.run([program("ssprd"), "spec", "print", "--directory", str(folder)], check=True, timeout=60)
    printed = sorted(path.name for path in folder.iterdir())
    assert printed == ["calls.json", "calls.md", "failures.md", "policy.md", "sspr.cddl", "throttles.md"]
    for name in printed:
        assert (folder / name).read_text() == (sspr.SPEC / name).read_text(), name
