"""The policy changed at run time from outside: real client, real daemon, while people recover (feature F6)."""

import json
import os
import random
import subprocess
import threading

import pytest
import sspr
from harness import NEW_PASSWORD, PASSWORD, Daemon, World, app_code, as_uid, client_program, needs_root

AUDITOR = 4545
CONFIGURATION = f"""\
questions: true
recovery: {{coolingOffHours: 0}}
roles: {{auditor: {{users: [0, {AUDITOR}]}}}}
"""


@pytest.fixture
def start(folder):
    daemons = []

    def start(configuration=CONFIGURATION):
        daemons.append(Daemon(folder, configuration=configuration).start())
        return World(daemons[-1])
    yield start
    for daemon in daemons:
        daemon.stop()


def policy(world, *arguments, text="", status=0):
    ended = subprocess.run([client_program(), "policy", *arguments, "--socket", str(world.daemon.socket)], input=text, text=True,
                           capture_output=True, timeout=60)
    assert ended.returncode == status, (arguments, ended.stdout, ended.stderr)
    return ended


def apply(world, document, *more, status=0):
    return policy(world, "apply", "-", "--reason", "a test", *more, text=document, status=status)


def shown(world, *arguments):
    reply = json.loads(policy(world, "show", *arguments, "--json").stdout)
    return reply["version"], {s["field"]: (s["value"], s["origin"]) for s in reply["settings"]}


def test_a_document_is_planned_applied_shown_and_taken_back(start, folder):
    world = start()
    version, fields = shown(world)
    assert version == 0 and fields["questions"] == ("true", "configuration") and fields["recovery.proofs"] == ("2", "release")
    document = folder / "policy.yaml"
    document.write_text("# one proof is enough for us\nrecovery:\n  proofs: 1\n  undoHours: 72\n")
    plan = policy(world, "plan", str(document)).stdout
    assert "recovery.proofs: 2 -> 1" in plan and "recovery.coolingOffHours: 0" not in plan
    assert shown(world)[0] == 0, "a plan changes nothing"
    applied = policy(world, "apply", str(document), "--reason", "as agreed on Monday")
    assert "recovery.undoHours: 24 -> 72" in applied.stdout and "Version 1 of the policy is in force." in applied.stderr
    version, fields = shown(world)
    assert version == 1 and fields["recovery.proofs"] == ("1", "document")
    assert policy(world, "show", "--document").stdout == "recovery:\n  proofs: 1\n  undoHours: 72\n"
    # JSON does as well, and what is printed can be applied.
    apply(world, policy(world, "show", "--document").stdout)
    apply(world, '{"recovery": {"proofs": 2}}')
    assert "proofs: 1" in policy(world, "show", "1", "--document").stdout
    back = policy(world, "rollback", "1", "--reason", "it was better")
    assert "recovery.proofs: 2 -> 1" in back.stdout
    history = json.loads(policy(world, "history", "--json").stdout)
    assert [row["version"] for row in history] == [4, 3, 2, 1]
    assert (history[0]["restores"], history[0]["reason"], history[3]["reason"]) == (1, "it was better", "as agreed on Monday")
    changed = [(e["policy"], e["change"]["field"], e["change"]["before"], e["change"]["after"]) for e in world.events("policy.changed")]
    assert changed == [(1, "recovery.proofs", "2", "1"), (1, "recovery.undoHours", "24", "72"), (3, "recovery.proofs", "1", "2"),
                       (3, "recovery.undoHours", "72", "24"), (4, "recovery.proofs", "2", "1"), (4, "recovery.undoHours", "24", "72")]
    assert [e["policy"] for e in world.events("policy.applied", outcome="succeeded")] == [1, 2, 3, 4]
    world.verify()


@pytest.mark.parametrize("document, words", [
    ("recovery: {profs: 1}", "line 1: recovery.profs is no key; the nearest is recovery.proofs"),
    ("recovery:\n  proofs: 3\n", 'line 2: recovery.proofs cannot be "3". Allowed: 1 to 2.'),
    ("phones: maybe", 'line 1: phones cannot be "maybe". Allowed: true or false.'),
    ("recovery: {questionsRegistered: 4, questionsAsked: 5}", 'recovery.questionsAsked cannot be "5"'),
    ("passwords: {banned: [winter]}", "passwords.banned may stand in the configuration file only"),
    ("state: /tmp", "line 1: state is no key"),
    ("[" * 65_000, "not YAML"),
    ("phones: true\nphones: true\n", "twice"),
])
def test_a_bad_document_is_told_where_it_is_bad_and_changes_nothing(start, document, words):
    world = start()
    for command in ("plan", "apply"):
        more = ["--reason", "a test"] if command == "apply" else []
        ended = policy(world, command, "-", *more, text=document, status=65)
        assert words in ended.stderr, ended.stderr
        assert "ssprclient policy show" in ended.stderr
    assert shown(world)[0] == 0 and not world.events("policy.applied")


def test_what_is_no_document_at_all_is_refused_before_it_is_read(start):
    world = start()
    policy(world, "apply", "-", "--reason", "a test", text="#" * 65_537, status=65)
    apply(world, "#" * 65_536)
    for reason in ("", "x" * 201, "a\x1b[2Jb"):
        policy(world, "apply", "-", "--reason", reason, text="phones: true", status=64)
    with pytest.raises(sspr.Failed) as failed:
        world.call("policy.apply", document="phones: true", reason="a\nb", base=1)
    assert failed.value.name == "malformed"
    assert shown(world)[0] == 1


def test_invariant_I31_two_administrators_do_not_overwrite_each_other(start):
    """Guard: Policies.apply compares the version in force in the transaction that adds the next."""
    world = start()
    apply(world, "recovery: {undoHours: 1}", "--base", "0")
    late = apply(world, "recovery: {undoHours: 2}", "--base", "0", status=75)
    assert "version 1" in late.stderr
    assert shown(world)[1]["recovery.undoHours"][0] == "1"
    # At the same moment: of all who have seen version 1, one comes through.
    outcomes = []

    def race(hours):
        try:
            world.call("policy.apply", document=f"recovery: {{undoHours: {hours}}}", reason="a race", base=1)
            outcomes.append(hours)
        except sspr.Failed as failed:
            assert failed.name == "policyMoved", failed.name

    threads = [threading.Thread(target=race, args=(hours,)) for hours in range(2, 18)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 1 and shown(world)[:1] == (2,)
    assert shown(world)[1]["recovery.undoHours"][0] == str(outcomes[0])


def test_invariant_I32_recoveries_that_run_end_as_they_began(start):
    """Guard: RecoveryRow.policy; world.policy(of: recovery, in: tx) wherever a recovery goes on."""
    world = start()
    world.add("ana")
    key = world.enrol("ana", questions=True)
    running = world.begin("ana")
    code = world.mailed(running)
    apply(world, "questions: false\npasswords: {minimumLength: 60}\nrecovery: {questionsAsked: 5}")
    proven = world.call("recovery.answer", handle=running["handle"], choice=world.choice(running, "email"), code=code)
    assert "questions" in [m["kind"] for m in proven["methods"]]
    asked = world.call("recovery.send", handle=running["handle"], choice=world.choice(proven, "questions"))
    assert len(asked["questions"]) == 3
    proven = world.call("recovery.answer", handle=running["handle"], choice=world.choice(running, "totp"), code=app_code(key))
    # One that begins now is under the new one, and so is a password that is only asked about.
    begun = world.begin("ana")
    code = world.mailed(begun)
    later = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=code)
    assert "questions" not in [m["kind"] for m in later["methods"]]
    assert world.call("signin.checkPassword", account="ana", password=NEW_PASSWORD)["rule"] == "tooShort"
    world.call("recovery.reset", account="ana", grant=proven["grant"], password=NEW_PASSWORD)
    assert world.call("signin.authenticate", account="ana", password=NEW_PASSWORD) == {}


def test_invariant_I34_many_do_not_lose_recovery_by_accident(start):
    """Guard: Policies.apply counts who would lose recovery, unless it is told that it may."""
    world = start(CONFIGURATION + "phones: true\n")
    for number in range(12):
        world.call("accounts.import", mode="eachRow", rows=[{
            "account": f"p{number}", "email": f"p{number}@example.org", "mobile": f"+4915123456{number:02}", "groups": []}])
    plan = json.loads(policy(world, "plan", "-", "--json", text="phones: false").stdout)
    assert (plan["accounts"], plan["capable"], plan["losing"], len(plan["names"])) == (12, 12, 12, 12)
    refused = apply(world, "phones: false", status=77)
    assert "12 of 12" in refused.stderr and "--allow-loss" in refused.stderr
    assert shown(world)[1]["phones"][0] == "true"
    assert [e["reason"] for e in world.events("policy.applied")] == ["manyLose"]
    apply(world, "phones: false", "--allow-loss", "--grace", "0")
    assert json.loads(policy(world, "plan", "-", "--json", text="").stdout)["gaining"] == 12
    apply(world, "")


def test_every_global_administrator_is_told(start):
    world = start()
    world.add("chief", role="globalAdministrator")
    world.enrol("chief")
    apply(world, "recovery: {undoHours: 1}")
    told = {job["kind"]: job for job in world.deliveries(3)}["policyChanged"]
    assert (told["contact"], told["account"], told.get("code")) == ("chief@example.org", "chief", None)


@needs_root
def test_invariant_I33_only_administrators_change_it_and_no_document_weakens_them(start):
    """Guard: Policy.proofsNeeded(for:) and kinds(for:) do not ask the policy about administrators."""
    world = start()
    read = [("policy.show", {}), ("policy.history", {})]
    write = [("policy.plan", {"document": ""}), ("policy.apply", {"document": "", "reason": "x", "base": 0}),
             ("policy.rollback", {"version": 0, "reason": "x", "base": 0})]
    assert [kind for kind, _ in as_uid(AUDITOR, world.daemon.socket, read)] == ["reply", "reply"]
    assert as_uid(AUDITOR, world.daemon.socket, write) == [("failure", "denied")] * 3
    assert as_uid(4646, world.daemon.socket, read + write) == [("failure", "denied")] * 5
    world.add("chief", role="administrator")
    world.enrol("chief")
    apply(world, "questions: true\nrecovery: {proofs: 1}")
    begun = world.begin("chief")
    code = world.mailed(begun)
    assert begun["proofsNeeded"] == 2
    proven = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=code)
    assert "grant" not in proven and proven["proofsMissing"] == 1
    assert "questions" not in world.call("registration.describe", account="chief")["available"]


def test_invariant_I30_a_kill_leaves_a_whole_version_or_none(start):
    """Guard: the version, its events and its effect are one transaction, and nothing of it is told before it is durable."""
    world = start()
    told = 0
    generator = random.Random(7)
    for round in range(int(os.environ.get("SSPR_KILLS", "15"))):
        killer = threading.Timer(generator.random() * 0.05, world.daemon.kill)
        killer.start()
        try:
            for number in range(200):
                hours = (told + 1) % 73
                told = world.call("policy.apply", document=f"recovery: {{undoHours: {hours}}}", reason=f"round {round}",
                                  base=told)["version"]
        except (OSError, sspr.Closed):
            pass
        killer.join()
        world.daemon.start()
        version, fields = shown(world)
        assert told <= version <= told + 1, "what was told is there, and at most one that was not"
        if version:
            assert fields["recovery.undoHours"] == (str(version % 73), "document")
        applied = [e["policy"] for e in world.events("policy.applied")]
        assert applied == list(range(1, version + 1))
        changed = {e["policy"]: e["change"]["after"] for e in world.events("policy.changed")}
        assert all(changed.get(number, str(number % 73)) == str(number % 73) for number in applied)
        assert len(changed) >= version - 1  # the first may be as it was
        told = version
    assert told > 0
    world.verify()
