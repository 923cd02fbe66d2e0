"""The numbers of the throttles, changed at run time from outside (feature F11, spec/throttles.md)."""

import json
import subprocess

import pytest
from harness import PASSWORD, Daemon, World, app_code, client_program


@pytest.fixture
def world(folder):
    daemon = Daemon(folder, configuration="throttles: {wrongProofs: {windowHours: 48}}\n").start()
    yield World(daemon)
    daemon.stop()


def policy(world, *arguments, text="", status=0):
    ended = subprocess.run([client_program(), "policy", *arguments, "--socket", str(world.daemon.socket)], input=text, text=True,
                           capture_output=True, timeout=60)
    assert ended.returncode == status, (arguments, ended.stdout, ended.stderr)
    return ended


def guess(world, account, key):
    """A wrong proof; the failure's name."""
    wrong = f"{(int(app_code(key)) + 1) % 1000000:06}"
    begun = world.begin(account)
    return world.refusal("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=wrong)


def test_invariant_I49_a_limit_holds_from_its_commit_and_takes_no_guard_away(world):
    """Guard: Counters read the policy in force in the transaction that counts; every number has a range."""
    world.add("ana")
    key = world.enrol("ana")
    shown = {s["field"]: (s["value"], s["origin"]) for s in json.loads(policy(world, "show", "--json").stdout)["settings"]}
    assert shown["throttles.wrongProofs.limit"] == ("5", "release") and shown["throttles.wrongProofs.windowHours"] == ("48", "configuration")
    for document, words in [("throttles: {wrongProofs: {limit: 0}}", "3 to 10"), ("throttles: {wrongProofs: {limit: 1000000}}", "3 to 10"),
                            ("throttles: {codeTries: {limit: 11}}", "3 to 10"), ("throttles: {wrongProofs: {windowHours: 1}}", "12 to 72"),
                            ("throttles: {wrongProofs: {limt: 4}}", "throttles.wrongProofs.limit"), ("throttles: 5", "throttles is no mapping")]:
        assert words in policy(world, "apply", "-", "--reason", "a test", text=document, status=65).stderr
    document = "throttles:\n  wrongProofs:\n    limit: 3\n  signIn:\n    lockSeconds: 90\n"
    assert "throttles.wrongProofs.limit: 5 -> 3" in policy(world, "plan", "-", text=document).stdout
    assert [guess(world, "ana", key) for _ in range(2)] == ["refused"] * 2
    policy(world, "apply", "-", "--reason", "a test", text=document)
    assert policy(world, "show", "--document").stdout == document
    assert guess(world, "ana", key) == "refused"
    assert world.refusal("recovery.begin", account="ana", purpose="reset") == "throttled"
    assert len(world.events("recovery.blocked", account="ana")) == 1, "told with the proof that reached the limit"
    # A name that is nobody's meets the same limit.
    ghost = world.begin("nobody-of-that-name")
    for _ in range(3):
        assert world.refusal("recovery.answer", handle=ghost["handle"], choice=ghost["methods"][0]["choice"], code="00000000") == "refused"
    assert world.refusal("recovery.begin", account="nobody-of-that-name", purpose="reset") == "throttled"
    # The wait that was told stays, also where the document goes; and sign-in was never touched.
    policy(world, "apply", "-", "--reason", "a test", text="throttles: {wrongProofs: {limit: 10, windowHours: 12}}")
    assert world.refusal("recovery.begin", account="ana", purpose="reset") == "throttled"
    assert world.call("signin.authenticate", account="ana", password=PASSWORD) == {}
    until = world.call("accounts.show", account="ana")["recoveryBlockedUntil"]
    last = world.events("recovery.blocked", account="ana")[-1]["at"]
    assert 0 <= last + 48 * 3600 * 1000 - until < 1000, "the record is a moment younger than the block"
    world.verify()
