"""What will be, what was and what would have been under a policy, from outside (feature F6, decisions 33 and 35)."""

import datetime
import json
import subprocess
import time

import pytest
from harness import PASSWORD, Daemon, World, app_code, client_program, fake_clock

DAY = 86_400
TWO_PROOFS = "recovery: {proofs: 2}\n"


class House:
    """One proof is enough; ana has an address, ben an app as well. It began `back` days ago, and time passes as the test says."""

    def __init__(self, folder, back=0):
        self.clock, self.back = folder / "clock", back
        self.pass_days(0)
        self.daemon = Daemon(folder, "recovery: {proofs: 1, coolingOffHours: 0}\n", env=fake_clock(self.clock)).start()
        self.world = World(self.daemon)
        for name in ("ana", "ben"):
            self.world.add(name)
            self.world.enrol(name, app=False)
        handle = self.world.call("registration.prove", account="ben", password=PASSWORD)["handle"]
        begun = self.world.call("registration.begin", handle=handle, kind="totp")
        self.key = begun["key"]
        self.world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=self.app_code(-1))

    def pass_days(self, days):
        """Lets so many days have passed since the beginning."""
        self.days = days
        self.clock.write_text(f"+{int(days * DAY)}s -{self.back * DAY}s" if self.back else f"+{int(days * DAY)}s")

    def app_code(self, offset=0):
        return app_code(self.key, at=time.time() + (self.days - self.back) * DAY, offset=offset)

    def run(self, *words, text="", status=0):
        ended = subprocess.run([client_program(), *words, "--socket", str(self.daemon.socket)], input=text, text=True,
                               capture_output=True, timeout=60)
        assert ended.returncode == status, (words, ended.stdout, ended.stderr)
        return ended

    def tells(self, *words, **options):
        return json.loads(self.run(*words, "--json", **options).stdout)

    def proofs(self):
        return next(s["value"] for s in self.tells("policy", "show")["settings"] if s["field"] == "recovery.proofs")

    def prove_address(self, name):
        begun = self.world.begin(name)
        return self.world.call("recovery.answer", handle=begun["handle"], choice=self.world.choice(begun, "email"),
                               code=self.world.mailed(begun))


def moment(days):
    """In so many days by the machine's clock, as people write it."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def house(folder, request):
    house = House(folder, back=getattr(request, "param", 0))
    yield house
    house.daemon.stop()


def test_feature_F6_going_back_waits_and_has_its_grace(house):
    """Going back takes a time and a grace like any other version."""
    house.run("policy", "apply", "-", "--reason", "two", "--grace", "0", "--allow-loss", text=TWO_PROOFS)
    house.run("policy", "apply", "-", "--reason", "one again", text="{}\n")
    house.run("policy", "rollback", "1", "--reason", "two after all", "--effective-at", moment(3), "--grace", "5", "--allow-loss")
    assert {v["version"]: v["state"] for v in house.tells("policy", "history")} == {1: "past", 2: "inForce", 3: "scheduled"}
    assert house.proofs() == "1"
    house.pass_days(3.1)
    assert house.proofs() == "2"
    assert house.prove_address("ana").get("grant"), "by grace"
    house.pass_days(8.1)
    assert house.tells("accounts", "explain", "ana")["unmet"] == ["registered"]
    past = house.run("policy", "rollback", "2", "--reason", "late", "--effective-at", "2020-01-01", status=64)
    assert "lies in the past" in past.stderr


def test_feature_F6_explaining_what_will_be_and_what_would_be(house):
    """`accounts explain NAME --at TIME` tells what was so then, or what will be, as if nothing but time changed until then; `--policy FILE`
    tells what would be under a document.

    a year ahead and back
    """
    house.run("policy", "apply", "-", "--reason", "two", "--effective-at", moment(3), "--grace", "5", "--allow-loss", text=TWO_PROOFS)
    assert house.tells("accounts", "explain", "ana")["unmet"] == []
    assert "graceUntil" not in house.tells("accounts", "explain", "ana", "--at", moment(2.9))
    assert house.tells("accounts", "explain", "ana", "--at", moment(3.1)).get("graceUntil")
    assert house.tells("accounts", "explain", "ana", "--at", moment(8.1))["unmet"] == ["registered"]
    assert house.tells("accounts", "explain", "ben", "--at", moment(8.1))["unmet"] == []
    told = house.run("accounts", "explain", "ana", "--at", moment(8.1))
    assert "could not recover on" in told.stdout + told.stderr

    assert house.tells("accounts", "explain", "ana", "--policy", "-", text=TWO_PROOFS)["unmet"] == ["registered"]
    assert house.tells("accounts", "explain", "ana", "--policy", "-", text="{}\n")["unmet"] == []
    under = house.run("accounts", "explain", "ben", "--policy", "-", text=TWO_PROOFS)
    assert "ben could recover now under that policy" in under.stdout + under.stderr
    wrong = house.run("accounts", "explain", "ana", "--policy", "-", text="recovery: {prooofs: 2}\n", status=65)
    assert "recovery.proofs" in wrong.stderr, "the nearest key is named"
    assert house.proofs() == "1", "nothing has changed"

    assert house.tells("accounts", "explain", "ana", "--at", moment(365))["unmet"] == ["registered"]
    assert "not for that moment" in house.run("accounts", "explain", "ana", "--at", moment(367), status=65).stderr
    # What was foretold is so.
    house.pass_days(8.1)
    assert house.tells("accounts", "explain", "ana")["unmet"] == ["registered"]
    assert house.world.begin("ana")["proofsNeeded"] == 2


@pytest.mark.parametrize("house", [400], indirect=True)
def test_feature_F6_explaining_what_was(house):
    """`accounts explain NAME --at TIME` tells what was so then, or what will be, as if nothing but time changed until then; `--policy FILE`
    tells what would be under a document.

    a year ahead and back
    """
    def then(days, *words, **options):
        return house.tells("accounts", "explain", "ana", "--at", moment(days - house.back), *words, **options)

    def unmet(days):
        return then(days)["unmet"]

    house.pass_days(10)
    house.run("accounts", "disable", "ana")
    house.pass_days(20)
    house.run("accounts", "enable", "ana")
    begun = house.world.begin("ana")
    for _ in range(10):
        house.world.refusal("recovery.answer", handle=begun["handle"], choice=1, code="00000000")
    house.pass_days(30)
    house.run("policy", "apply", "-", "--reason", "two", "--grace", "0", "--allow-loss", text=TWO_PROOFS)
    house.run("groups", "add", "staff")
    house.run("groups", "join", "staff", "ana")
    house.pass_days(40)
    # What the file says is another thing from here on, and what it said is not forgotten.
    house.daemon.stop()
    house.daemon.configuration.write_text(house.daemon.configuration.read_text() + "enablement: none\n")
    house.daemon.start()
    house.pass_days(50)
    house.run("accounts", "remove", "ana")
    house.pass_days(60)

    assert unmet(5) == [] and unmet(9.9) == []
    assert unmet(10.1) == ["enabled"] and unmet(19.9) == ["enabled"]
    assert unmet(20.1) == ["notBlocked"] and unmet(21.1) == []
    assert unmet(30.1) == ["registered"] and then(30.1)["groups"] == ["staff"]
    assert unmet(40.1) == ["selected", "registered"]
    assert "ana" in house.run("accounts", "explain", "ana", "--at", moment(50.1 - house.back), status=67).stderr
    told = house.run("accounts", "explain", "ana", "--at", moment(10.1 - house.back))
    assert "ana could not recover on" in told.stdout + told.stderr
    assert "Next:" not in told.stdout, "what was so then cannot be helped"
    assert then(5, "--policy", "-", text=TWO_PROOFS)["unmet"] == ["registered"]

    sooner = house.run("accounts", "explain", "ana", "--at", moment(-1 - house.back), status=65).stderr
    assert "nobody knows what was so then" in sooner
    house.pass_days(378)
    assert unmet(12.1) == ["enabled"]
    assert "nobody knows" in house.run("accounts", "explain", "ana", "--at", moment(11.9 - house.back), status=65).stderr


@pytest.mark.parametrize("house", [40], indirect=True)
def test_feature_F6_trying_a_policy_on_what_has_been(house):
    """`policy simulate FILE` judges every recovery that was proven by the proofs that were given for it.

    the last 30 days (up to a year)
    """
    assert house.prove_address("ana")["grant"]
    house.pass_days(20)
    # Ben could prove two and is asked for one; then he is asked for both.
    assert house.prove_address("ben")["grant"]
    house.run("policy", "apply", "-", "--reason", "two", "--grace", "0", "--allow-loss", text=TWO_PROOFS)
    begun = house.world.begin("ben")
    for kind, code in (("email", house.world.mailed(begun)), ("totp", house.app_code())):
        proven = house.world.call("recovery.answer", handle=begun["handle"], choice=house.world.choice(begun, kind), code=code)
    assert proven["grant"]
    house.pass_days(40)

    found = house.tells("policy", "simulate", "-", "--since", "41d", text=TWO_PROOFS)
    assert (found["proven"], found["enough"], found["tooFew"], found["gone"]) == (3, 1, 2, 0)
    assert found["names"] == ["ana", "ben"]
    assert found["proofs"] == [{"kinds": ["email"], "count": 2}]
    assert house.tells("policy", "simulate", "-", "--since", "41d", text="{}\n")["enough"] == 3
    # The first lies further back than a month.
    told = house.run("policy", "simulate", "-", text=TWO_PROOFS).stdout
    assert "2 recoveries were proven" in told and "would have needed more than email: 1" in told
    assert "concerned: ben" in told and "ana" not in told
    assert house.tells("policy", "simulate", "-", "--since", "365d", text=TWO_PROOFS)["proven"] == 3
    assert "not for that moment" in house.run("policy", "simulate", "-", "--since", "367d", text=TWO_PROOFS, status=65).stderr
    assert house.proofs() == "2", "nothing has changed"
