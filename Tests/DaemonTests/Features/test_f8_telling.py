"""Feature F8: who is told what became of a message, in which words, and who is reminded when."""

import contextlib
import email
import email.policy
import json
import os
import subprocess

import pytest
from at_the_terminal import client
from harness import PASSWORD, Daemon, World, app_code, fake_clock, program, wait_until

DAY = 86_400


@contextlib.contextmanager
def house(folder, configuration):
    """A daemon, and what turns its clock to so many days from its start; a restart looks whom to remind."""
    clock = folder / "clock"
    clock.write_text("+0s")
    daemon = Daemon(folder, configuration, env=fake_clock(clock)).start()

    def turn(days):
        clock.write_text(f"+{round(days * DAY)}s")
        daemon.stop()
        daemon.start()
    try:
        yield World(daemon), turn
    finally:
        daemon.stop()


def clear(world):
    """Delivers whatever waits."""
    while any(row["state"] == "queued" for row in world.call("agents.listDeliveries", after=0)["deliveries"]):
        world.deliveries()


def letters(spool, kind):
    """What a courier has written of a kind: subject and text by address."""
    found = {}
    for path in spool.glob(f"*-{kind}.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        found[message["To"].strip("<>")] = message["Subject"], " ".join(message.get_content().split())
    return found


@contextlib.contextmanager
def courier(world, folder):
    spool = folder / "spool"
    spool.mkdir(mode=0o700, exist_ok=True)
    with open(folder / "courier.log", "ab") as log:
        running = subprocess.Popen([program("sspr-courier"), "--socket", str(world.daemon.socket), "--spool", str(spool)],
                                   stdin=subprocess.DEVNULL, stderr=log, env={**os.environ, **world.daemon.env})
    try:
        yield spool
    finally:
        running.terminate()
        running.wait(20)


def test_feature_F8_the_words_are_the_couriers(folder):
    """The words are the courier's, in English or German, as the account says."""
    with house(folder, "recovery: {proofs: 1}\n") as (world, _):
        for name, language in [("alice", None), ("gerda", "de"), ("emil", "en"), ("resi", "de-AT"), ("late", "de")]:
            world.add(name, language=language)
            world.enrol(name, app=False)
        clear(world)
        world.call("signin.change", account="alice", current=PASSWORD, new="a wholly different sentence")
        # A message has the facts, and no words: its kind, its recipient, its times, an account and the language that this one reads.
        told, = world.deliveries()
        assert set(told) <= {"id", "lease", "channel", "contact", "kind", "account", "code", "happenedAt", "expiresAt", "language",
                             "codeExpiresAt"}
        assert (told["kind"], told["contact"], told["account"]) == ("passwordChanged", "alice@example.org", "alice")
        for name in ("alice", "gerda", "emil", "resi", "late"):
            begun = world.begin(name)
            world.call("recovery.send", handle=begun["handle"], choice=world.choice(begun, "email"))
        # Asked for when it is delivered, not when it was queued.
        client(world, "accounts", "language", "late", "en")
        with courier(world, folder) as spool:
            found = wait_until(lambda: len(found := letters(spool, "recoveryCode")) == 5 and found, what="the letters")
        english, german = ("Your recovery code for", "Type this code"), ("Ihr Wiederherstellungscode für", "Geben Sie diesen Code")
        for name, (starts, words) in {"alice": english, "emil": english, "late": english, "gerda": german, "resi": german}.items():
            subject, text = found[f"{name}@example.org"]
            assert subject.startswith(starts) and words in text, (name, subject, text)


def report(world, outcome, reason=None):
    job = world.call("agents.claimDelivery")["job"]
    assert job["kind"] == "recoveryCode"
    world.call("agents.reportDelivery", id=job["id"], lease=job["lease"], outcome=outcome, reason=reason)
    return job


@pytest.mark.parametrize("outcome, reason, state", [("accepted", None, "accepted"), ("rejected", "unknownRecipient", "failed")])
def test_feature_F8_what_became_of_a_message_is_told(folder, outcome, reason, state):
    """What became of a message is told: to its recipient once something is proven (before, how the channel does), to administrators
    with the reason."""
    with house(folder, "") as (world, _):
        world.add("alice")
        key = world.enrol("alice")
        clear(world)
        # Nothing is proven: for alice as for a name that is nobody's it is the channel that is told of, whatever became of her code.
        seen = []
        for name in ("alice", "nobody-here"):
            begun = world.begin(name)
            choice = world.choice(begun, "email")
            world.call("recovery.send", handle=begun["handle"], choice=choice)
            if name == "alice":
                report(world, outcome, reason)
            seen.append(world.call("recovery.trace", handle=begun["handle"], choice=choice))
        assert seen[0] == seen[1] and seen[0]["isExact"] is False and seen[0]["state"] == "queued" and seen[0]["isServed"]
        # Something is proven: now it is the message itself.
        begun = world.begin("alice")
        choice = world.choice(begun, "email")
        world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=app_code(key))
        world.call("recovery.send", handle=begun["handle"], choice=choice)
        told = world.call("recovery.trace", handle=begun["handle"], choice=choice)
        assert told["isExact"] and told["state"] == "queued" and "takenAt" not in told
        job = report(world, outcome, reason)
        told = world.call("recovery.trace", handle=begun["handle"], choice=choice)
        assert told["isExact"] and told["state"] == state and told["queuedAt"] <= told["takenAt"] <= told["settledAt"]
        assert "reason" not in told
        # Administrators see each message, with the reason.
        rows = json.loads(client(world, "deliveries", "--account", "alice", "--json").stdout)
        row = next(row for row in rows if row["id"] == job["id"])
        assert (row["kind"], row["channel"], row["state"], row.get("reason")) == ("recoveryCode", "email", state, reason)
        shown = client(world, "deliveries").stdout
        assert state in shown and (reason or "") in shown


def reminders(world):
    """Who has been reminded so far."""
    return [event["account"] for event in world.events("account.reminded", outcome="succeeded")]


def test_feature_F8_a_reminder_comes_once_in_a_fortnight(folder):
    """A reminder to look at contacts again goes out by the clock, once in 14 days; `accounts remind` sends it at once, also to whoever
    has registered too little."""
    with house(folder, "") as (world, turn):
        world.add("alice")
        world.enrol("alice")
        world.add("bob")
        world.enrol("bob", app=False)
        assert world.call("accounts.show", account="bob")["missing"] == 1
        turn(179.9)
        assert reminders(world) == [], "not even whoever has registered too little"
        for day, count in [(180.1, 1), (193.9, 1), (194.2, 2), (208.1, 2), (208.3, 3)]:
            turn(day)
            assert sorted(reminders(world)) == sorted(["alice", "bob"] * count), day
        # Who has looked is reminded no more.
        handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
        world.call("registration.review", handle=handle)
        turn(222.4)
        assert sorted(reminders(world)) == sorted(["alice"] * 3 + ["bob"] * 4)
        # By hand at any time, and what is sent by hand puts the clock's next one off.
        turn(230)
        for name in ("alice", "bob"):
            assert f"{name} is reminded: 1 on the way." in client(world, "accounts", "remind", name).stderr
        turn(243.9)
        assert sorted(reminders(world)) == sorted(["alice"] * 4 + ["bob"] * 5)
        turn(244.1)
        assert sorted(reminders(world)) == sorted(["alice"] * 4 + ["bob"] * 6)
        jobs = [row for row in world.call("agents.listDeliveries", after=0)["deliveries"] if row["kind"] == "reminder"]
        assert jobs and {row["channel"] for row in jobs} == {"email"}


def test_feature_F8_a_reminder_by_hand_asks_to_register(folder):
    """A reminder to look at contacts again goes out by the clock, once in 14 days; `accounts remind` sends it at once, also to whoever
    has registered too little."""
    with house(folder, "") as (world, _):
        world.add("bob")
        assert "no address" in client(world, "accounts", "remind", "bob").stderr
        world.enrol("bob", app=False)
        with courier(world, folder) as spool:
            client(world, "accounts", "remind", "bob")
            (subject, text), = wait_until(lambda: letters(spool, "reminder").values(), what="the reminder")
        assert "Could you still recover your account?" in subject
        assert "complete and still right" in text and "ssprclient register" in text
