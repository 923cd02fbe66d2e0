"""A daemon whose time is turned on by hand, with what its people and administrators do."""

import json
import os
import subprocess
import time

import pytest
from harness import PASSWORD, Daemon, World, app_code, client_program, fake_clock


class House(World):
    """A world whose time is turned on by hand."""

    def __init__(self, folder, configuration):
        self.clock = folder / "clock"
        self.turn(0)
        super().__init__(Daemon(folder, configuration, env=fake_clock(self.clock)).start())

    def turn(self, seconds):
        """So many seconds after the beginning."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(f"+{seconds}s")
        os.replace(fresh, self.clock)
        self.ahead = seconds

    def later(self, seconds):
        """Lets so many seconds more pass."""
        self.turn(self.ahead + seconds)

    def now(self):
        """The daemon's time in seconds."""
        return time.time() + self.ahead

    def app_code(self, key):
        """What the app shows at the daemon's time."""
        return app_code(key, at=self.now())

    def client(self, *words, text="", status=0):
        """What a person or an administrator sees: both streams."""
        ended = subprocess.run([client_program(), *map(str, words), "--socket", str(self.daemon.socket)], input=text, text=True,
                               capture_output=True, timeout=60)
        assert ended.returncode == status, (words, ended.stdout, ended.stderr)
        return ended.stdout + ended.stderr

    def open(self, account="ana", **second):
        return self.call("registration.prove", account=account, password=PASSWORD, **second)["handle"]

    def methods(self, account="ana"):
        """The numbers of the methods, by kind."""
        found = {}
        for method in self.call("registration.describe", account=account)["methods"]:
            found.setdefault(method["kind"], []).append(method["id"])
        return found

    def letters(self):
        """Takes everything that waits for the courier: (kind, contact)."""
        waiting = self.call("agents.listDeliveries", after=0, state="queued")["deliveries"]
        return sorted((job["kind"], job["contact"]) for job in self.deliveries(len(waiting)))


@pytest.fixture
def start(folder):
    """Starts a house with a configuration."""
    houses = []

    def begin(configuration=""):
        houses.append(House(folder, configuration))
        return houses[-1]
    yield begin
    for house in houses:
        house.daemon.stop()


def check_range(house, field, default, low, high):
    """A field of the policy has this value at first, may have both ends of its range and nothing beyond."""
    shown = {setting["field"]: setting["value"] for setting in house.call("policy.show")["settings"]}
    assert shown[field] == str(default)

    def planned(value, status=0):
        document = {}
        place = document
        *parents, last = field.split(".")
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
        return house.client("policy", "plan", "-", text=json.dumps(document), status=status)
    assert f"{field}: {default} -> {low}" in planned(low)
    assert f"{field}: {default} -> {high}" in planned(high)
    for beyond in (low - 1, high + 1):
        assert field in planned(beyond, status=65)
