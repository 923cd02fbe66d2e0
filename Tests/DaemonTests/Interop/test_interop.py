"""The demo's steps 1 to 4 by a client that knows the pages in spec/ only. The code comes from oathtool, not from us."""

import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Attacks"))

import base64

import pytest
import sspr
from harness import NEW_PASSWORD, PASSWORD, QUESTIONS, daemon, folder, world  # noqa: F401  (fixtures)


def oathtool(key, shift=0):
    """What the independent tool computes; the key travels on standard input."""
    moment = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + shift))
    return subprocess.run(["oathtool", "--totp", "-b", "--now", moment, "-"], input=base64.b32encode(key).decode(), text=True,
                          capture_output=True, check=True).stdout.strip()


def test_a_stranger_with_the_pages_recovers_an_account(world):  # noqa: F811
    with world.daemon.connect() as client:
        hello = client.call("service.hello")
        assert set(hello["methods"]) == {call["number"] for call in sspr.CALLS.values()}
        # 1. An account is added and signs in.
        client.call("accounts.add", account="alice", password=PASSWORD)
        assert client.call("signin.authenticate", account="alice", password=PASSWORD) == {}
        assert client.call("signin.account", account="alice") == {"missing": 2, "postponements": 3}
        # 2. An address, an app, questions.
        handle = client.call("registration.prove", account="alice", password=PASSWORD)["handle"]
        begun = client.call("registration.begin", handle=handle, kind="email", contact="alice@example.org")
        mail = world.code("confirmationCode", "alice@example.org")
        assert client.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=mail)["missing"] == 1
        begun = client.call("registration.begin", handle=handle, kind="totp")
        while time.time() % 30 > 25:
            time.sleep(0.2)
        confirmed = client.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=oathtool(begun["key"], -30))
        assert confirmed["missing"] == 0
        listed = client.call("registration.describe", account="alice")["questions"]
        assert len(listed) == 35
        answers = [{"question": number, "answer": text} for number, text in QUESTIONS.items()]
        client.call("registration.answers", handle=handle, answers=answers)
        # 3. Forgotten: an email code and an app code.
        key = begun["key"]
        recovery = client.call("recovery.begin", account="alice", purpose="reset")
        assert [method["kind"] for method in recovery["methods"]] == ["email", "totp"]
        email, app = (world.choice(recovery, kind) for kind in ("email", "totp"))
        client.call("recovery.send", handle=recovery["handle"], choice=email)
        mail = world.code("recoveryCode")
        client.call("recovery.answer", handle=recovery["handle"], choice=email, code=mail)
        code = oathtool(key)
        grant = client.call("recovery.answer", handle=recovery["handle"], choice=app, code=code)["grant"]
        client.call("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
        with pytest.raises(sspr.Failed) as old:
            client.call("signin.authenticate", account="alice", password=PASSWORD)
        assert old.value.name == "refused"
        client.call("signin.authenticate", account="alice", password=NEW_PASSWORD)
        # 4. The same again: refused. Five wrong codes: blocked, and a right one too.
        with pytest.raises(sspr.Failed) as again:
            client.call("recovery.reset", account="alice", grant=grant, password=PASSWORD)
        assert again.value.name == "refused"
        recovery = client.call("recovery.begin", account="alice", purpose="reset")
        for choice, used in ((email, mail), (app, code)):
            with pytest.raises(sspr.Failed) as used_again:
                client.call("recovery.answer", handle=recovery["handle"], choice=choice, code=used)
            assert used_again.value.name == "refused"
        for number in range(5):
            with pytest.raises(sspr.Failed) as wrong:
                client.call("recovery.answer", handle=recovery["handle"], choice=app, code=f"{number:06d}")
            if wrong.value.name == "throttled":
                break
        assert wrong.value.name == "throttled" and wrong.value.retry_after > 0
        with pytest.raises(sspr.Failed) as right:
            client.call("recovery.answer", handle=recovery["handle"], choice=app, code=oathtool(key, 30))
        assert right.value.name == "throttled"


def test_recovery_with_questions_as_second_proof(world):  # noqa: F811
    world.add("bob")
    world.enrol("bob", questions=True)
    begun = world.begin("bob")
    assert "questions" not in [method["kind"] for method in begun["methods"]], "questions are never the first proof"
    proven = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=world.mailed(begun))
    choice = next(method["choice"] for method in proven["methods"] if method["kind"] == "questions")
    asked = world.call("recovery.send", handle=begun["handle"], choice=choice)["questions"]
    assert len(asked) == 3 and {question["number"] for question in asked} <= set(QUESTIONS)
    wrong = [{"question": question["number"], "answer": "nothing like it"} for question in asked]
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=choice, answers=wrong) == "refused"
    asked = world.call("recovery.send", handle=begun["handle"], choice=choice)["questions"]
    right = [{"question": q["number"], "answer": f"  {QUESTIONS[q['number']].upper()} "} for q in asked]
    grant = world.call("recovery.answer", handle=begun["handle"], choice=choice, answers=right)["grant"]
    world.call("recovery.reset", account="bob", grant=grant, password=NEW_PASSWORD)
    world.call("signin.authenticate", account="bob", password=NEW_PASSWORD)


def test_the_chain_can_be_verified_by_its_reader(world):  # noqa: F811
    """PROTOCOL.md section 5: BLAKE2b-256 over the previous hash, the number and the event's bytes."""
    import hashlib

    world.add("alice")
    world.enrol("alice")
    shape = sspr.CALLS["audit.read"]["reply"]
    record = next(field for field in shape["fields"] if field["name"] == "records")["value"]["of"]
    event = next(field for field in record["fields"] if field["name"] == "event")["value"]
    previous = bytes(32)
    records = world.audit()
    assert [entry["sequence"] for entry in records] == list(range(1, len(records) + 1))
    for entry in records:
        data = sspr.encode(sspr.to_wire(event, entry["event"]))
        previous = hashlib.blake2b(previous + entry["sequence"].to_bytes(8, "big") + data, digest_size=32).digest()
        assert entry["hash"] == previous, entry["sequence"]
    assert world.verify()["head"] == previous
