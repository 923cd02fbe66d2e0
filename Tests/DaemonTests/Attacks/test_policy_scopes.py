"""Stricter values for groups from outside: real client, real daemon (feature F6, decision 29)."""

import json
import os
import random
import subprocess
import threading

import pytest
import sspr
from harness import NEW_PASSWORD, Daemon, World, client_program

DOCUMENT = """\
recovery: {proofs: 1, coolingOffHours: 0}
groups:
  finance:
    recovery: {proofs: 2}
    phones: false
"""


@pytest.fixture
def world(folder):
    daemon = Daemon(folder, configuration="recovery: {coolingOffHours: 0}\nphones: true\n").start()
    yield World(daemon)
    daemon.stop()


def run(world, *arguments, text="", status=0):
    ended = subprocess.run([client_program(), *arguments, "--socket", str(world.daemon.socket)], input=text, text=True,
                           capture_output=True, timeout=60)
    assert ended.returncode == status, (arguments, ended.stdout, ended.stderr)
    return ended


def apply(world, document, *more, status=0):
    return run(world, "policy", "apply", "-", "--reason", "a test", *more, text=document, status=status)


def test_invariant_I44_a_group_asks_for_more_and_nobody_else_notices(world):
    """Guard: ScopedPolicy.policy(for:) takes the strictest; Surroundings.rules(for:in:) wherever one account is decided about."""
    for name in ("ana", "ben"):
        world.add(name)
        world.enrol(name)
    apply(world, DOCUMENT, status=65)  # there is no such group yet
    world.call("groups.add", group="finance")
    world.call("groups.join", group="finance", accounts=["ana"])
    near = apply(world, DOCUMENT.replace("finance", "finanse"), status=65)
    assert "groups.finanse is no group; the nearest is groups.finance" in near.stderr
    running = world.begin("ana")
    assert running["proofsNeeded"] == 2  # the release's own value
    planned = run(world, "policy", "plan", "-", text=DOCUMENT).stdout
    assert "groups.finance.recovery.proofs: - -> 2" in planned and "groups.finance.phones: - -> false" in planned
    apply(world, DOCUMENT)
    assert {name: world.begin(name)["proofsNeeded"] for name in ("ana", "ben")} == {"ana": 2, "ben": 1}
    begun = world.begin("ben")
    proven = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=world.mailed(begun))
    world.call("recovery.reset", account="ben", grant=proven["grant"], password=NEW_PASSWORD)
    begun = world.begin("ana")
    proven = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=world.mailed(begun))
    assert "grant" not in proven and proven["proofsMissing"] == 1
    # Whoever leaves is still asked for what was said at the beginning.
    world.call("groups.leave", group="finance", accounts=["ana"])
    assert world.begin("ana")["proofsNeeded"] == 1
    world.call("groups.join", group="finance", accounts=["ana"])
    explained = run(world, "policy", "show", "--account", "ana").stdout
    assert "recovery.proofs\t2\tgroup finance; document says 1" in explained
    assert "phones\tfalse\tgroup finance; configuration says true" in explained
    # What is printed can be applied again, and the group stays while it is named.
    printed = run(world, "policy", "show", "--document").stdout
    assert apply(world, printed).stdout == "no field changes\n"
    kept = run(world, "groups", "remove", "finance", status=77)
    assert "the policy names the group" in kept.stderr
    apply(world, "")
    run(world, "groups", "remove", "finance")
    changed = [(e.get("group"), e["change"]["field"], e["change"]["after"]) for e in world.events("policy.changed")]
    assert changed == [(None, "recovery.proofs", "1"), ("finance", "phones", "false"), ("finance", "recovery.proofs", "2"),
                       (None, "recovery.proofs", "2"), ("finance", "phones", ""), ("finance", "recovery.proofs", "")]
    world.verify()


@pytest.mark.parametrize("document, words", [
    ("groups: {finance: {budgets: {textsPerDay: 5}}}", "groups.finance.budgets.textsPerDay may stand outside of groups only: it holds for"),
    ("groups:\n  finance:\n    recovery: {profs: 1}", "line 3: groups.finance.recovery.profs is no key; the nearest is groups.finance.recovery.proofs"),
    ("groups: {finance: {recovery: {questionsRegistered: 4, questionsAsked: 5}}}", 'groups.finance.recovery.questionsAsked cannot be "5"'),
    ("groups: {finance: {enablement: none}}", "groups.finance.enablement may stand in the configuration file only"),
])
def test_a_bad_section_is_told_where_it_is_bad(world, document, words):
    world.call("groups.add", group="finance")
    if "questionsAsked" in document:
        document = "recovery: {questionsRegistered: 3, questionsAsked: 3}\n" + document
    assert words in apply(world, document, status=65).stderr
    assert json.loads(run(world, "policy", "show", "--json").stdout)["version"] == 0


def test_as_many_values_as_fit_are_shown_and_changed(world):
    """The longest names, all sections at once, before and after: each reply still fits into a frame."""
    fields = "{questions: false, phones: false, devices: false, temporaryPass: false, recovery: {coolingOffHours: 72}}"
    names = ["n" * 60 + f"{number:02}" for number in range(80)]
    for name in names:
        world.call("groups.add", group=name)
    apply(world, "groups:\n" + "".join(f"  {name}: {fields}\n" for name in names[:40]))
    plan = json.loads(run(world, "policy", "plan", "-", "--json",
                          text="groups:\n" + "".join(f"  {name}: {fields}\n" for name in names[40:])).stdout)
    assert len(plan["changes"]) == 400
    assert len(json.loads(run(world, "policy", "show", "--json").stdout)["groups"]) == 200
    more = "groups:\n" + "".join(f"  {name}: {fields}\n" for name in names[:41])
    assert "200 values together" in apply(world, more, status=65).stderr


def test_invariant_I44_a_kill_leaves_sections_whole(world):
    """Guard: house and sections are one row, and so are the scopes of a recovery."""
    world.call("groups.add", group="finance")
    generator = random.Random(11)
    told = 0
    for _ in range(int(os.environ.get("SSPR_KILLS", "10"))):
        killer = threading.Timer(generator.random() * 0.05, world.daemon.kill)
        killer.start()
        try:
            for _ in range(200):
                hours = (told + 1) % 73
                told = world.call("policy.apply", reason="a round", base=told, document=(
                    f"recovery: {{undoHours: {hours}}}\ngroups: {{finance: {{recovery: {{coolingOffHours: {hours}}}}}}}"))["version"]
        except (OSError, sspr.Closed):
            pass
        killer.join()
        world.daemon.start()
        reply = json.loads(run(world, "policy", "show", "--json").stdout)
        told = reply["version"]
        if told:
            house = {s["field"]: s["value"] for s in reply["settings"]}["recovery.undoHours"]
            assert [s["value"] for s in reply["groups"]] == [house] == [str(told % 73)]
    assert told > 0
    world.verify()
