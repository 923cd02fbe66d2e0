"""An account's language end to end: real client, real daemon, real courier."""

import email
import email.policy
import os
import re
import subprocess

import pytest

from harness import NEW_PASSWORD, PASSWORD, Daemon, World, app_code, as_uid, client_program, needs_root, program, wait_until

HELPER, ALICE = 4343, 4242


@pytest.fixture
def world(folder):
    daemon = Daemon(folder, configuration=f"questions: true\nroles: {{helper: {{users: [0, {os.getuid()}, {HELPER}]}}}}\n").start()
    yield World(daemon)
    daemon.stop()


@pytest.fixture
def spool(world, folder):
    """The folder of a courier that writes files."""
    path = folder / "spool"
    path.mkdir(mode=0o700)
    with open(folder / "courier.log", "ab") as log:
        courier = subprocess.Popen([program("sspr-courier"), "--socket", str(world.daemon.socket), "--spool", str(path)],
                                   stdin=subprocess.DEVNULL, stderr=log)
    yield path
    courier.terminate()
    courier.wait(timeout=60)


def client(world, *arguments, text=""):
    ended = subprocess.run([client_program(), *arguments, "--socket", str(world.daemon.socket)], input=text, text=True,
                           capture_output=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def mail(spool, kind):
    """The newest mail of a kind, once there is one; its file is taken away."""
    path = wait_until(lambda: list(spool.glob(f"*-{kind}.eml")), what=f"a mail of kind {kind}")[0]
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    path.unlink()
    return message, message.get_content().replace("\n", " ")


def code(text):
    return re.search(r"\b\d{8}\b", text)[0]


def enrol(world, spool):
    """An address and an app, registered with the code of the mail; returns the mail and the app's key."""
    handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
    begun = world.call("registration.begin", handle=handle, kind="email", contact="alice@example.org")
    message, text = mail(spool, "confirmationCode")
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=code(text))
    begun = world.call("registration.begin", handle=handle, kind="totp")
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=app_code(begun["key"], offset=-1))
    return message, text, begun["key"]


def test_a_german_account_reads_german(world, spool):
    client(world, "accounts", "add", "alice", "--language", "de-AT", "--secret-fd", "0", text=PASSWORD)
    message, text, key = enrol(world, spool)
    assert message["Content-Language"] == "de" and message["Subject"] == "Bestätigen Sie diese Adresse für SSPR"
    assert "Geben Sie diesen Code dort ein, wo Sie danach gefragt wurden:" in text and "alice" in text

    begun = world.begin("alice")
    world.call("recovery.send", handle=begun["handle"], choice=world.choice(begun, "email"))
    message, text = mail(spool, "recoveryCode")
    assert message["Subject"] == "Ihr Wiederherstellungscode für SSPR" and "Uhr (UTC)" in text
    world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=code(text))
    proven = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=app_code(key))
    world.call("recovery.reset", account="alice", grant=proven["grant"], password=NEW_PASSWORD)
    message, text = mail(spool, "passwordReset")
    assert message["Subject"] == "Ihr Passwort wurde zurückgesetzt (SSPR)" and "Waren Sie es nicht" in text


def test_a_language_is_set_shown_cleared_and_audited(world, spool):
    world.add("alice")
    assert '"language"' not in client(world, "accounts", "show", "alice", "--json")
    client(world, "accounts", "language", "alice", "de")
    assert '"language":"de"' in client(world, "accounts", "show", "alice", "--json").replace(" ", "")
    assert '"language":"de"' in client(world, "accounts", "list", "--json").replace(" ", "")
    client(world, "accounts", "language", "alice")
    assert '"language"' not in client(world, "accounts", "show", "alice", "--json")
    assert [e["outcome"] for e in world.events("account.languageSet", account="alice")] == ["succeeded"] * 2
    message, text, _ = enrol(world, spool)
    assert message["Content-Language"] == "en" and "Type this code" in text
    assert world.refusal("accounts.language", account="nobody", language="de") == "notFound"
    assert world.refusal("accounts.language", account="alice", language="deutsch") == "malformed"
    world.verify()


@needs_root
def test_questions_speak_it_to_the_owner_and_tell_a_helper_nothing(world):
    world.add("alice", uid=ALICE, language="de")
    path = str(world.daemon.socket)

    def first(uid, **fields):
        [(kind, reply)] = as_uid(uid, path, [("registration.describe", fields)])
        assert kind == "reply", reply
        return reply["questions"][0]["text"], len(reply["questions"])
    german, english = "In welchem Ort haben Sie", "In which town did you"
    assert first(ALICE, account="alice")[0].startswith(german) and first(ALICE, account="alice")[1] == 35
    assert first(HELPER, account="alice") == first(HELPER, account="ghost")
    assert first(HELPER, account="ghost")[0].startswith(english)
    for name in ("alice", "ghost"):
        assert first(HELPER, account=name, language="de-CH")[0].startswith(german)
    # Nobody sets their own: an unlocked terminal is no proof.
    for uid in (ALICE, HELPER):
        assert as_uid(uid, path, [("accounts.language", {"account": "alice"})]) == [("failure", "denied")]


@pytest.mark.parametrize("language, words", [
    ("fr", ':2: language cannot be "fr". Allowed: one of en, de, or a tag'), ("DE", ':2: language cannot be "DE"'),
    ("[de]", ":2: language cannot be"), ("de-AT", None), ("en", None)])
def test_the_daemons_own_language(folder, language, words):
    path = folder / "ssprd.yaml"
    path.write_text(f"questions: true\nlanguage: {language}\n")
    checked = subprocess.run([program("ssprd"), "check-config", "--config", str(path)], capture_output=True, text=True, timeout=60)
    assert (checked.returncode == 0) == (words is None), checked.stderr
    if words:
        assert words in checked.stderr
        return
    daemon = Daemon(folder, configuration=f"questions: true\nlanguage: {language}\n").start()
    try:
        world = World(daemon)
        world.add("alice")
        shown = world.call("registration.describe", account="alice")["questions"][0]["text"]
        assert shown.startswith("In welchem Ort" if language == "de-AT" else "In which town")
    finally:
        daemon.stop()
