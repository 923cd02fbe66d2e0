"""Rows A11, B1 and C1 for what is written down: recovery codes and temporary passes, by the built client and over the socket."""

import json
import subprocess
import time

import pytest

import sspr
from harness import PASSWORD, Daemon, World, app_code, client_program, folder  # noqa: F401

CONFIGURATION = "temporaryPass: true\nrecovery: {coolingOffHours: 0}\n"


@pytest.fixture
def world(folder):
    daemon = Daemon(folder, CONFIGURATION).start()
    yield World(daemon)
    daemon.stop()


def client(world, *arguments, answers=(), status=0):
    run = subprocess.run(
        [client_program(), "--socket", world.daemon.socket, "--json", *arguments, *(["--answers-from", "-"] if answers else [])],
        input="".join(line + "\n" for line in answers), capture_output=True, text=True, timeout=60)
    assert run.returncode == status, run.stderr
    return run.stdout


def first_json(text):
    return json.JSONDecoder().raw_decode(text)[0]


def make_codes(world, *second):
    """A set made by the client: ten codes on the standard output, one of them typed back."""
    process = subprocess.Popen(
        [client_program(), "--socket", world.daemon.socket, "--json", "register", "codes", "--account", "alice", "--answers-from", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)
    for line in (PASSWORD, *second):
        process.stdin.write(line + "\n")
    process.stdin.flush()
    shown = ""
    while not shown.endswith("}\n"):
        line = process.stdout.readline()
        assert line, process.stderr.read()
        shown += line
    codes = json.loads(shown)["codes"]
    out, errors = process.communicate(codes[3].lower().replace(" ", "-").replace("0", "o") + "\n", timeout=60)
    assert process.returncode == 0, errors
    return [code.replace(" ", "") for code in codes]


def test_attack_B1_a_recovery_code_works_once_also_over_a_kill(world):
    """Guard: RecoveryCodeCheck.redeem marks the code in the transaction that accepts it."""
    world.add("alice")
    world.enrol("alice")
    codes = make_codes(world)
    assert len(set(codes)) == 10 and all(len(code) == 28 for code in codes)
    begun = world.begin("alice")
    choice = world.choice(begun, "recoveryCodes")
    reply = world.call("recovery.answer", handle=begun["handle"], choice=choice, code=codes[0])
    assert reply["proofsMissing"] == 1 and "recoveryCodes" not in [offer["kind"] for offer in reply["methods"]]
    world.daemon.kill()
    world.daemon.start()
    world = World(world.daemon)
    begun = world.begin("alice")
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=choice, code=codes[0]) == "refused"
    assert [event["outcome"] for event in world.events("proof.answered")] == ["succeeded", "used"]
    world.verify()


def test_attack_A11_a_new_set_or_a_removal_needs_a_second_proof(world):
    """Guard: Registration.removeFormer and remove look at the registration's level."""
    world.add("alice")
    key = world.enrol("alice")
    codes = make_codes(world)
    assert client(world, "register", "codes", "--account", "alice", answers=[PASSWORD], status=66) == ""
    handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
    assert world.refusal("registration.begin", handle=handle, kind="recoveryCodes") == "refused"
    newer = make_codes(world, codes[1])
    assert not set(newer) & set(codes)
    app = next(method for method in world.call("registration.describe", account="alice")["methods"] if method["kind"] == "totp")
    handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
    assert world.refusal("registration.remove", handle=handle, method=app["id"]) == "refused"
    assert world.refusal("registration.prove", account="alice", password=PASSWORD, code=codes[2]) == "refused", "the former set"
    # A pass alone opens nothing where methods are registered.
    issued = first_json(client(world, "accounts", "pass", "alice", "--vouch"))
    assert world.refusal("registration.prove", account="alice", code=issued["pass"]) == "refused"
    # A whole recovery is a second proof too, and serves that purpose only.
    time.sleep(30 - time.time() % 30 + 0.2)
    other = world.grant("alice", key)
    assert world.refusal("registration.prove", account="alice", password=PASSWORD, grant=other) == "refused", "another purpose"
    time.sleep(30 - time.time() % 30 + 0.2)
    grant = world.grant("alice", key, purpose="manage")
    assert world.refusal("recovery.reset", account="alice", grant=grant, password="quite another long one") == "refused"
    handle = world.call("registration.prove", account="alice", password=PASSWORD, grant=grant)["handle"]
    world.call("registration.remove", handle=handle, method=app["id"])
    world.verify()


def test_attack_C1_a_temporary_pass_is_offered_to_everybody(world):
    """Guard: Recovery.fresh appends the offer whether there is a pass or not; the pass itself works once and is told."""
    world.add("alice")
    world.enrol("alice")
    before = world.begin("alice")["methods"]
    issued = first_json(client(world, "accounts", "pass", "alice", "--vouch", "--minutes", "10"))
    assert len(issued["pass"]) == 12
    told = []
    while "temporaryPassIssued" not in told:
        told.append(world.deliveries()[0]["kind"])
    assert world.begin("alice")["methods"] == before
    assert [offer["kind"] for offer in world.begin("nobody")["methods"]] == [offer["kind"] for offer in before]
    begun = world.begin("alice")
    choice = world.choice(begun, "temporaryPass")
    assert world.call("recovery.answer", handle=begun["handle"], choice=choice, code=issued["pass"])["proofsMissing"] == 1
    begun = world.begin("alice")
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=choice, code=issued["pass"]) == "refused"
    assert world.events("pass.issued")[0]["account"] == "alice"
    assert not any(issued["pass"] in json.dumps(event, default=str) for event in world.audit())
    world.verify()


def test_where_passes_are_not_in_use_their_issuer_is_told_why(folder):
    daemon = Daemon(folder).start()
    try:
        world = World(daemon)
        world.add("alice")
        assert world.refusal("accounts.pass", account="alice") == "notFound"
        run = subprocess.run(
            [client_program(), "--socket", daemon.socket, "accounts", "pass", "alice"], capture_output=True, text=True, timeout=60)
        assert run.returncode == 67 and run.stdout == "" and "temporaryPass: true" in run.stderr, run
    finally:
        daemon.stop()


def test_attack_B4_a_new_account_is_opened_by_its_pass_and_not_by_guesses(world):
    """Guard: Registration.prove(pass:) charges before it compares."""
    world.add("carol")
    issued = first_json(client(world, "accounts", "pass", "carol"))
    for _ in range(4):
        assert world.refusal("registration.prove", account="carol", code="0" * 12) == "refused"
    handle = world.call("registration.prove", account="carol", code=issued["pass"])["handle"]
    begun = world.call("registration.begin", handle=handle, kind="email", contact="carol@example.org")
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=world.code("confirmationCode", "carol@example.org"))
    assert world.refusal("registration.prove", account="carol", code=issued["pass"]) == "refused"
    for name in ("carol", "nobody"):
        refusals = [world.refusal("registration.prove", account=name, code="1" * 12) for _ in range(6)]
        assert refusals[-1] == "throttled", (name, refusals)
    world.verify()
