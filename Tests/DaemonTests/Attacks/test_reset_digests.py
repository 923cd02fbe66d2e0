"""Global administrators of a large house: a hundred are told of a reset at once, all others once a day (feature F8)."""

import contextlib
import sqlite3

from harness import NEW_PASSWORD

DAY = 24 * 3600 * 1000


def tomorrow(daemon):
    """Lets a day pass for what waits to be added up, while the daemon is away."""
    path = next(daemon.state.glob("*.sqlite"))
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE reset_notes SET happened_at = happened_at - ?", (DAY,))


def waiting(daemon):
    """The kinds of the messages in the outbox, with their numbers."""
    path = next(daemon.state.glob("*.sqlite"))
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return dict(connection.execute("SELECT kind, count(*) FROM deliveries GROUP BY kind"))


def test_invariant_I48_many_administrators_are_told_all_the_same(world):
    """Guard: ResetDigests notes whom a reset does not tell, and tells each of them once, whatever ends the daemon meanwhile."""
    chiefs = [f"chief{number:03}" for number in range(130)]
    rows = [{"account": name, "role": "globalAdministrator", "email": f"{name}@example.org"} for name in chiefs]
    for first in range(0, len(rows), 50):
        world.call("accounts.import", mode="allOrNone", rows=rows[first:first + 50])
    world.add("root", role="administrator")
    key = world.enrol("root")
    grant = world.grant("root", key)
    world.call("recovery.reset", account="root", grant=grant, password=NEW_PASSWORD)
    assert waiting(world.daemon)["administratorReset"] == 100
    world.daemon.kill()
    tomorrow(world.daemon)
    world.daemon.start()
    assert waiting(world.daemon)["administratorResets"] == 30
    world.daemon.stop()
    world.daemon.start()
    assert waiting(world.daemon)["administratorResets"] == 30, "once"
    jobs = []
    while len([job for job in jobs if job["kind"] == "administratorResets"]) < 30:
        jobs += world.deliveries()
    told = {kind: sorted(job["contact"] for job in jobs if job["kind"] == kind) for kind in ("administratorReset", "administratorResets")}
    assert told == {"administratorReset": [f"{name}@example.org" for name in chiefs[:100]],
                    "administratorResets": [f"{name}@example.org" for name in chiefs[100:]]}
    for job in jobs:
        assert job.get("resets") == ({"count": 1, "accounts": ["root"]} if job["kind"] == "administratorResets" else None)
    world.verify()
