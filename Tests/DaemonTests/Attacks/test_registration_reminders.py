"""Feature F3 from outside: asked for at sign-in, looked at again after so many days, reminded of it once in a fortnight."""

import os
import random
import subprocess
import time

import pytest
from harness import PASSWORD, Daemon, World, client_program, fake_clock, program, wait_until
from test_e_helpers import pam

DAY = 86_400
ASKED = "To be able to reset a forgotten password, register 1 more method: ssprclient register"
DUE = "Please look whether your addresses and numbers are still right: ssprclient register"


@pytest.fixture
def aged(folder):
    """A daemon with one proof a recovery, and what turns its clock to so many days from now."""
    clock = folder / "clock"
    clock.write_text("+0s")
    daemon = Daemon(folder, "recovery: {proofs: 1}\n", env=fake_clock(clock)).start()

    def turn(days):
        fresh = folder / "clock.new"
        fresh.write_text(f"+{round(days * DAY)}s")
        os.replace(fresh, clock)
    yield World(daemon), turn
    daemon.stop()


def account_step(world, user="alice"):
    """What pam_exec shows of `ssprclient pam account`; its status must be 0."""
    ended = pam(world.daemon.socket, user=user, kind="account", token="")
    assert ended.returncode == 0 and ended.stderr == "", ended
    return ended.stdout.removesuffix("\n")


def open_registration(world, account="alice"):
    return world.call("registration.prove", account=account, password=PASSWORD)["handle"]


def reminders(world):
    return world.events("account.reminded", outcome="succeeded")


def test_attack_E3_what_is_asked_at_sign_in_refuses_nobody(aged):
    """Guard: SignIn.ask counts what was put off, and the account step ends with 0 whatever is asked."""
    world, turn = aged
    world.add("alice")
    said = [account_step(world) for _ in range(6)]
    ways = ["3 more times", "2 more times", "once more"] + ["no longer"] * 3
    assert said == [f"{ASKED} (you can put this off {way})" for way in ways]
    assert pam(world.daemon.socket).returncode == 0, "sign-in still works"
    assert account_step(world, "nobody") == ""
    world.daemon.kill()
    world.daemon.start()
    assert account_step(world).endswith("no longer)"), "a crash forgets nothing"
    world.enrol("alice", app=False)
    assert account_step(world) == ""
    turn(180.01)
    assert account_step(world) == f"{DUE} (you can put this off 3 more times)"


def test_contacts_are_looked_at_again_after_so_many_days(aged):
    world, turn = aged
    world.add("alice")
    world.enrol("alice", app=False)
    state = world.call("registration.describe", account="alice")
    assert state["proofsNeeded"] == 1 and "isReviewDue" not in state
    assert abs(state["reviewDueAt"] / 1000 - time.time() - 180 * DAY) < 600
    turn(179.9)
    assert "isReviewDue" not in world.call("registration.describe", account="alice")
    turn(180.1)
    assert world.call("registration.describe", account="alice")["isReviewDue"] is True
    status = subprocess.run([client_program(), "status", "alice", "--socket", str(world.daemon.socket)],
                            capture_output=True, text=True, timeout=30)
    assert status.returncode == 0 and "still right? Say so: ssprclient register" in status.stderr, status
    wizard = subprocess.run(
        [client_program(), "register", "--account", "alice", "--socket", str(world.daemon.socket), "--answers-from", "-"],
        input=f"{PASSWORD}\ny\nn\n", capture_output=True, text=True, timeout=30)
    assert wizard.returncode == 0 and "email a•••@•••.org" in wizard.stderr and "Noted." in wizard.stderr, wizard
    assert "isReviewDue" not in world.call("registration.describe", account="alice")
    assert [event["outcome"] for event in world.events("contacts.reviewed")] == ["succeeded"]
    assert world.refusal("registration.review", handle=b"\0" * 32) == "refused"
    world.verify()


def test_a_period_of_zero_days_and_a_policy_that_does_not_ask(folder):
    clock = folder / "clock"
    clock.write_text("+0s")
    daemon = Daemon(folder, "registration: {askAtSignIn: false, postponements: 20, reviewDays: 0}\n", env=fake_clock(clock)).start()
    world = World(daemon)
    world.add("alice")
    world.enrol("alice", app=False)
    clock.write_text(f"+{800 * DAY}s")
    assert account_step(world) == ""
    assert "reviewDueAt" not in world.call("registration.describe", account="alice")
    daemon.stop()


@pytest.mark.parametrize("wrong", ["postponements: 21", "postponements: -1", "reviewDays: 731", "askAtSignIn: 3"])
def test_the_configuration_says_what_is_allowed(folder, wrong):
    daemon = Daemon(folder, f"registration: {{{wrong}}}\n")
    ended = subprocess.run([program("ssprd"), "check-config", "--config", str(daemon.configuration)],
                           capture_output=True, text=True, timeout=30)
    assert ended.returncode != 0 and "Allowed: " in ended.stderr and wrong.split(":")[0] in ended.stderr, ended


def test_a_reminder_reaches_the_spool_in_its_readers_language(aged, folder):
    world, turn = aged
    spool = folder / "spool"
    spool.mkdir(mode=0o700)
    for name, language in [("alice", "en"), ("gerda", "de")]:
        world.add(name, language=language)
        world.enrol(name, app=False)
    clock = fake_clock(folder / "clock")
    with open(folder / "courier.log", "ab") as log:
        courier = subprocess.Popen([program("sspr-courier"), "--socket", str(world.daemon.socket), "--spool", str(spool)],
                                   stdin=subprocess.DEVNULL, stderr=log, env={**os.environ, **clock})
    try:
        turn(181)
        letters = wait_until(lambda: len(found := list(spool.glob("*-reminder.eml"))) == 2 and found, seconds=60,
                             what="the reminders of the next sweep")
        texts = "\n".join(path.read_text() for path in letters)
        assert "To: alice@example.org" in texts and "Please look at it again: sign in" in texts
        assert "To: gerda@example.org" in texts and "Bitte sehen Sie es wieder einmal durch" in texts
        assert "http" not in texts
        remind = subprocess.run([client_program(), "accounts", "remind", "alice", "--socket", str(world.daemon.socket)],
                                capture_output=True, text=True, timeout=30)
        assert remind.returncode == 0 and "alice is reminded: 1 on the way." in remind.stderr, remind
        wait_until(lambda: len(list(spool.glob("*-reminder.eml"))) == 3, seconds=60, what="the reminder by hand")
    finally:
        courier.terminate()
        courier.wait(20)
    assert [event["account"] for event in reminders(world)[-1:]] == ["alice"] and len(reminders(world)) == 3
    assert world.refusal("accounts.remind", account="nobody") == "notFound"


def test_invariant_I5_a_reminder_comes_once_whatever_is_killed(aged):
    """Guard: Reminders.settle queues the message and notes that it was sent in one transaction."""
    world, turn = aged
    world.add("alice")
    world.enrol("alice", app=False)
    daemon = world.daemon
    moments = random.Random(7)
    rounds = int(os.environ.get("SSPR_KILLS", "15"))
    for number in range(1, rounds + 1):
        daemon.kill()
        turn(166 + 15 * number)
        # Somewhere between the start and the first answers, where the reminder is found due and sent.
        daemon.spawn()
        time.sleep(moments.uniform(0.05, 0.6))
        daemon.kill()
        daemon.start()
        assert len(reminders(world)) == number
        fresh = [entry for entry in world.call("agents.listDeliveries", after=0)["deliveries"]
                 if entry["kind"] == "reminder" and entry["queuedAt"] > (time.time() + (166 + 15 * number - 1) * DAY) * 1000]
        assert len(fresh) == 1, fresh
        taken, = world.deliveries()
        assert (taken["kind"], taken["contact"]) == ("reminder", "alice@example.org")
    world.verify()
