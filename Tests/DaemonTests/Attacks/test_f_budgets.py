"""Row F5: what strangers can make a host spend on text messages and calls has an end."""

import contextlib
import sqlite3

from harness import PASSWORD, Daemon, World, folder  # noqa: F401

LIMIT = 10
CONFIGURATION = f"phones: true\nrecovery: {{coolingOffHours: 0}}\nbudgets: {{textsPerDay: {LIMIT}}}\n"


def enrol(world, account, number):
    world.add(account)
    world.enrol(account, app=False)
    handle = world.call("registration.prove", account=account, password=PASSWORD)["handle"]
    begun = world.call("registration.begin", handle=handle, kind="mobilePhone", contact=number)
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=world.code("confirmationCode", number))


def waiting_texts(daemon):
    """Text messages that a courier would be given."""
    database = next(path for path in daemon.state.glob("*.sqlite*") if path.suffix in (".sqlite", ".sqlite3"))
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute("select count(*) from deliveries where channel = 'sms' and account is not null").fetchone()[0]


def test_attack_F5_texts_have_a_budget_of_the_day(folder):
    """Guard: Budgets.spend counts a channel's messages; the reply is always the same, and the alarm is raised once."""
    daemon = Daemon(folder, CONFIGURATION).start()
    try:
        world = World(daemon)
        numbers = {f"person{n}": f"+4930555000{n:02d}" for n in range(4)}
        for account, number in numbers.items():
            enrol(world, account, number)
        replies = set()
        for _ in range(4):
            for account in [*numbers, "ghost"]:
                begun = world.begin(account)
                sent = world.call("recovery.send", handle=begun["handle"], choice=world.choice(begun, "mobilePhone"),
                                  contact=numbers.get(account, "+493055500000"))
                replies.add(round((sent["expiresAt"] - sent["resendAt"]) / 1000))
        assert len(replies) == 1
        assert sum(job["channel"] == "sms" for job in world.outbox) + waiting_texts(daemon) == LIMIT
        assert len(world.events("budget.spent")) == 1
        world.verify()
    finally:
        daemon.stop()
