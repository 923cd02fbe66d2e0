"""How recoveries end that nobody finishes, from outside (features F4, F10)."""

import contextlib
import json
import sqlite3
import subprocess

from harness import NEW_PASSWORD, client_program

LIFE = 15 * 60 * 1000


def later(daemon):
    """Lets a quarter of an hour pass for every recovery, while the daemon is away."""
    path = next(daemon.state.glob("*.sqlite"))
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE recoveries SET begun_at = begun_at - ?, expires_at = expires_at - ?", (LIFE, LIFE))


def test_invariant_I47_every_recovery_that_is_left_is_told_once(world):
    """Guard: RecoveryEndings.settleExpired, at the start and by the clock; a killed daemon tells it when it is back."""
    keys = {}
    for name in ("ana", "ben", "cem"):
        world.add(name)
        keys[name] = world.enrol(name)
    world.begin("ana")
    begun = world.begin("ben")
    world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=world.mailed(begun))
    grant = world.grant("cem", keys["cem"])
    world.begin("nobody-of-that-name")
    started = {event["recovery"]: event for event in world.events("recovery.begun")}
    assert len(started) == 4
    world.daemon.kill()
    later(world.daemon)
    world.daemon.start()
    assert world.refusal("recovery.reset", account="cem", grant=grant, password=NEW_PASSWORD) == "refused"
    left = {event["recovery"]: event for event in world.events("recovery.abandoned")}
    assert left.keys() == started.keys()
    assert {event.get("account"): event["step"] for event in left.values()} == {
        "ana": "begun", "ben": "proven", "cem": "granted", None: "begun"}
    for number, event in left.items():
        # The same record for everybody, but for whom it is about.
        assert event["outcome"] == "failed" and event["reason"] == "expired"
        assert event.get("pseudonym") == started[number].get("pseudonym")
        assert ("account" in event) != ("pseudonym" in event)
    world.daemon.stop()
    world.daemon.start()
    assert len(world.events("recovery.abandoned")) == 4, "once"
    world.verify()
    shown = subprocess.run([client_program(), "report", "activity", "--from", "1h", "--format", "json", "--socket", str(world.daemon.socket)],
                           capture_output=True, timeout=60, check=True).stdout
    counts = {row["ending"]: row["recoveries"] for row in json.loads(shown)["endings"]}
    assert counts["abandoned before a proof"] == counts["abandoned after a proof"] == counts["abandoned with a grant"] == 1
    assert sum(counts.values()) == 3
