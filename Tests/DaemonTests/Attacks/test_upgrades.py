"""A state of every earlier release opens whole, whatever interrupts the upgrade (I18)."""

import contextlib
import os
import re
import shutil
import signal
import sqlite3

import pytest
import sspr
from harness import NEW_PASSWORD, PASSWORD, ROOT, Daemon, World, app_code, wait_until

STEPS = ROOT / "Sources/ssprd/Store/Migrations"
FILE = "ssprd.sqlite"
# What a start writes by itself: its event, what a crash left half done, messages and reminders whose time has come.
WRITTEN_BY_A_START = {"audit_head", "counters", "deliveries", "traces", "grdb_migrations", "reviews", "configured_policies"}


def migrations():
    """The steps in their order, as (name, SQL), read from the source: the releases that were are nowhere else."""
    steps = {}
    for path in STEPS.glob("*.swift"):
        for found in re.finditer(r'static let (\w+) = Step\(\s*name: "([^"]+)",\s*sql: (?:"""(.*?)"""|"([^"]*)")', path.read_text(), re.S):
            steps[found[1]] = (found[2], found[3] or found[4])
    order = re.search(r"static let all = \[(.*?)\]", (STEPS / "Migrations.swift").read_text(), re.S)[1]
    return [steps[name] for name in re.findall(r"\w+", order)]


ALL = migrations()


def test_the_steps_are_numbered_in_their_order():
    numbers = [int(name.split()[0]) for name, _ in ALL]
    assert numbers == sorted(set(numbers)) and len(numbers) > 15


@contextlib.contextmanager
def opened(path):
    connection = sqlite3.connect(path)
    # What the daemon gives its own connections: triggers ask when something was changed.
    connection.create_function("moment", 0, lambda: 0)
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


def tables(connection, schema="main"):
    return [row[0] for row in connection.execute(
        f"SELECT name FROM {schema}.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]


def columns(connection, table, schema="main"):
    return [row[1] for row in connection.execute(f"PRAGMA {schema}.table_info({table})")]


def rows(connection):
    """Every row of every table, by the table's name and columns."""
    return {name: (columns(connection, name), connection.execute(f"SELECT * FROM {name}").fetchall())
            for name in tables(connection)}


def earlier(path, full, count):
    """Makes the state that the release with the first `count` steps would have left, with the rows of `full` that it knew."""
    with opened(path) as old:
        old.executescript(f"PRAGMA application_id = {0x53535052}; PRAGMA journal_mode = wal;"
                          "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);")
        for name, sql in ALL[:count]:
            old.executescript(sql)
            old.execute("INSERT INTO grdb_migrations VALUES (?)", (name,))
        old.execute("ATTACH ? AS full", (str(full),))
        old.execute("PRAGMA foreign_keys = OFF")
        for table in tables(old):
            if table == "grdb_migrations" or table not in tables(old, "full"):
                continue
            shared = ", ".join(c for c in columns(old, table) if c in columns(old, table, "full"))
            old.execute(f"DELETE FROM {table}")
            old.execute(f"INSERT INTO {table} ({shared}) SELECT {shared} FROM full.{table}")
        old.commit()
    os.chmod(path, 0o600)


def applied(connection):
    return [row[0] for row in connection.execute("SELECT identifier FROM grdb_migrations ORDER BY identifier")]


def schema(connection):
    return sorted((row[0], re.sub(r"\s+", " ", row[1])) for row in connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'grdb_%'"))


@pytest.fixture
def full(folder):
    """A state of this release with rows in its tables, its daemon stopped; and alice's app."""
    daemon = Daemon(folder, "questions: true\ntemporaryPass: true\nrecovery: {coolingOffHours: 0}\n").start()
    world = World(daemon)
    for name in ("alice", "ben"):
        world.add(name, uid={"alice": 4711, "ben": None}[name])
    world.add("chief", role="globalAdministrator")
    keys = {name: world.enrol(name, questions=name == "alice") for name in ("alice", "ben")}
    world.call("recovery.reset", account="ben", grant=world.grant("ben", keys["ben"]), password=NEW_PASSWORD)
    world.begin("alice")
    # A code that no courier is ever given stays in the outbox.
    begun = world.begin("nobody-at-all")
    world.call("recovery.send", handle=begun["handle"], choice=world.choice(begun, "email"))
    world.call("groups.add", group="staff")
    world.call("groups.join", group="staff", accounts=["alice"])
    world.call("licences.add", plan="extra", seats=5)
    world.call("licences.assign", plan="extra", account="alice")
    world.call("questions.add", texts=[{"language": "en", "text": "What was the name of your first ship?"}])
    world.call("policy.apply", document="recovery: {undoHours: 12}", reason="a test", base=0)
    with contextlib.suppress(sspr.Failed):
        world.call("signin.authenticate", account="alice", password="not it")
    daemon.stop()
    with opened(daemon.state / FILE) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kept = rows(connection)
        assert applied(connection) == [name for name, _ in ALL]
    shutil.copy(daemon.state / FILE, folder / "full.sqlite")
    filled = [name for name, (_, found) in kept.items() if found]
    assert len(filled) > 15, f"too few tables have rows: {filled}"
    return daemon, keys["alice"]


def put_back(daemon, count):
    """Puts a state of an earlier release in the daemon's folder; returns its rows."""
    for path in daemon.state.iterdir():
        path.unlink()
    earlier(daemon.state / FILE, daemon.folder / "full.sqlite", count)
    with opened(daemon.state / FILE) as connection:
        vouch_for(daemon, connection)
        return rows(connection)


def vouch_for(daemon, connection):
    """Lets the host have seen this state and no other: an upgrade is no copy that was put back (decision 28)."""
    witness = daemon.folder / "keyring.witness"
    witness.unlink(missing_ok=True)
    if columns(connection, "audit_head"):
        sequence, newest = connection.execute("SELECT sequence, hash FROM audit_head").fetchone()
        witness.write_bytes(b"SSPRSEEN" + sequence.to_bytes(8, "big") + newest)
        witness.chmod(0o600)


def check_rows(before, path):
    """What was there is there, but for what a start writes."""
    with opened(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        for table, (names, found) in before.items():
            if table in WRITTEN_BY_A_START:
                continue
            kept = [name for name in names if name in columns(connection, table)]
            now = connection.execute(f"SELECT {', '.join(kept)} FROM {table}").fetchall()
            places = [names.index(name) for name in kept]
            was = sorted(repr(tuple(row[place] for place in places)) for row in found)
            if table == "audit_links":
                assert set(was) <= set(map(repr, now)), "the trail only grows"
            else:
                assert sorted(map(repr, now)) == was, table


def test_invariant_I18_a_state_of_every_earlier_release_opens_whole(full):
    """Guard: steps are append only, and each keeps what it finds."""
    daemon, key = full
    world = World(daemon)
    with opened(daemon.folder / "full.sqlite") as connection:
        newest = schema(connection)
    used = 0
    for count in range(1, len(ALL) + 1):
        before = put_back(daemon, count)
        daemon.start()
        assert daemon.stop() == 0
        check_rows(before, daemon.state / FILE)
        with opened(daemon.state / FILE) as connection:
            assert applied(connection) == [name for name, _ in ALL]
            assert schema(connection) == newest, f"after {ALL[count - 1][0]}"
        daemon.start()
        known = set(before)
        # Every row is read by whoever reads it: the verifier, the sealed methods, the trail.
        assert {a["account"] for a in world.call("accounts.list")["accounts"]} == {"alice", "ben", "chief"}
        if "passwords" in known:
            world.call("signin.authenticate", account="alice", password=PASSWORD)
            world.call("signin.authenticate", account="ben", password=NEW_PASSWORD)
        if "methods" in known:
            begun = world.begin("alice")
            world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=world.mailed(begun))
            world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=app_code(key))
            used += 1
        world.verify()
        assert daemon.stop() == 0
    assert used > 15


@pytest.mark.parametrize("call", ["fdatasync", "pwrite64"])
def test_invariant_I18_a_kill_leaves_the_schema_before_or_after_a_step(full, call):
    """Guard: a step is one transaction, its name in it; the next start goes on where the last one ended."""
    daemon, _ = full
    world = World(daemon)
    references = []
    for count in range(len(ALL) + 1):
        path = daemon.folder / f"reference{count}"
        earlier(path, daemon.folder / "full.sqlite", count)
        with opened(path) as connection:
            references.append(schema(connection))
    # All but the first step are still to be done. Every write is too many for each run: a prime's multiples meet them all in turn.
    stride = 1 if call == "fdatasync" else int(os.environ.get("SSPR_WRITE_STRIDE", "13"))
    seen, number = set(), 0
    while True:
        number += stride
        before = put_back(daemon, 1)
        daemon.wrap = ["strace", "-f", "-q", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"]
        daemon.spawn()
        try:
            wait_until(daemon.answers, what="an end or an answer")
        except AssertionError:
            pass
        else:
            daemon.stop()
            break
        finally:
            daemon.wrap = []
        assert daemon.process.wait(20) in (-signal.SIGKILL, 128 + signal.SIGKILL), daemon.log.read_text()[-500:]
        copy = daemon.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(daemon.state, copy)
        with opened(copy / FILE) as connection:
            done = applied(connection)
            assert done == [name for name, _ in ALL[:len(done)]], "a step was left out"
            assert schema(connection) == references[len(done)], f"between {done[-1]} and the next"
            seen.add(len(done))
        check_rows(before, copy / FILE)
        daemon.start()
        assert world.call("accounts.list")["accounts"]
        world.verify()
        assert daemon.stop() == 0
        check_rows(before, daemon.state / FILE)
    if call == "fdatasync":
        assert seen >= set(range(2, len(ALL))), f"kills met {sorted(seen)}"
    assert len(seen) > 3 and number > stride


def test_invariant_I18_a_newer_schema_is_refused_and_left_alone(full):
    """Guard: StateOpener.checkSchema, before the first step."""
    daemon, _ = full
    put_back(daemon, 5)
    with opened(daemon.state / FILE) as connection:
        connection.execute("INSERT INTO grdb_migrations VALUES ('9999 from the future')")
    daemon.spawn()
    assert daemon.process.wait(20) == 78
    assert "a newer release has changed this state" in daemon.log.read_text()
    with opened(daemon.state / FILE) as connection:
        assert applied(connection) == [name for name, _ in ALL[:5]] + ["9999 from the future"]
