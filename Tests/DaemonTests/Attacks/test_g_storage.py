"""Attacks of spec/attacks.md: storage, secrets, logs. Beside each test stands the guard that it defends."""

import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import threading
import time

import pytest
import sspr
from harness import NEW_PASSWORD, PASSWORD, SYNCS, Daemon, World, app_code, needs_root, traced, wait_until


def database(daemon):
    return next(path for path in daemon.state.iterdir() if path.suffix.startswith(".sqlite") and path.name.count("-") == 0)


def table(connection, *names):
    tables = [row[0] for row in connection.execute("select name from sqlite_master where type='table'")]
    return next(name for name in tables if name in names)


def serve_writeback(daemon, stop, orders, answer=lambda job: {"outcome": "changed"}):
    """Plays a write-back agent that counts its orders."""
    while not stop.is_set():
        try:
            with daemon.connect() as agent:
                while not stop.is_set():
                    job = agent.call("agents.claimWriteback", target="shadow").get("job")
                    if job:
                        orders.append(job)
                        reply = answer(job)
                        if reply:
                            agent.call("agents.reportWriteback", id=job["id"], **reply)
        except (OSError, sspr.Closed, sspr.Failed):
            time.sleep(0.01)


def test_attack_G1_a_grant_orders_at_most_once(folder):
    """Guard: the grant is taken in the transaction that finds it, before the order is on the desk."""
    daemon = Daemon(folder).start()
    world = World(daemon)
    stop, orders = threading.Event(), []
    taken, released = threading.Event(), threading.Event()

    def answer(job):
        taken.set()
        assert released.wait(60)
        return {"outcome": "changed"}

    agent = threading.Thread(target=serve_writeback, args=(daemon, stop, orders, answer), daemon=True)
    def is_served():
        """True when the agent is back: until then every use ends as unavailable, and proves nothing."""
        try:
            world.call("registration.prove", account="user0", password=PASSWORD)
            return True
        except sspr.Failed as failed:
            assert failed.name == "unavailable", failed
            return False

    agent.start()
    try:
        done = {}
        for number in range(10):
            name = f"user{number}"
            released.set()
            world.call("accounts.add", account=name, target="shadow")
            key = world.enrol(name)
            grant = world.grant(name, key)
            results = []

            def use():
                try:
                    with daemon.connect() as peer:
                        peer.call("recovery.reset", account=name, grant=grant, password=NEW_PASSWORD)
                        results.append("done")
                except sspr.Failed as failed:
                    results.append(failed.name)
                except (OSError, sspr.Closed):
                    results.append("lost")

            taken.clear()
            users = [threading.Thread(target=use) for _ in range(2)]
            if number % 2:
                # The grant is used again while its order is out.
                released.clear()
                users[0].start()
                assert taken.wait(60), results
                users[1].start()
                users[1].join(5)
                released.set()
            else:
                # The daemon dies wherever the two are by then.
                [u.start() for u in users]
                time.sleep(number * 0.001)
            if number % 2:
                [u.join() for u in users]
            daemon.kill()
            [u.join() for u in users]
            daemon.start()
            wait_until(is_served, what="the agent")
            use()
            done[name] = results
        for name, results in done.items():
            writes = [job for job in orders if job["account"] == name and job["operation"] == "set"]
            assert len(writes) <= 1, (name, results, len(writes))
            if "done" in results:
                assert len(writes) == 1 and results.count("done") == 1, (name, results)
        world.verify()
    finally:
        stop.set()
        daemon.stop()


@pytest.mark.parametrize(("before", "often"), [(1, ""), (3, ":when=1"), (9, ":when=1")])
def test_attack_G2_the_first_failed_sync_ends_the_process(folder, before, often):
    """Guard: GroupCommit ends the process; nothing reports success after a lost sync, which the next one would not show again."""
    daemon = Daemon(folder).start()
    world = World(daemon)
    for number in range(before):
        world.add(f"before{number}")
    answered = []
    with traced(daemon, folder / "strace", SYNCS, "-e", f"inject={SYNCS}:error=EIO{often}"):
        for number in range(8):
            try:
                world.add(f"after{number}")
                answered.append(f"after{number}")
            except (sspr.Failed, sspr.Closed, OSError):
                break
        assert answered == [], "a failed sync went unnoticed"
        assert daemon.process.wait(20) not in (0, None)
    daemon.start()
    names = {account["account"] for account in world.call("accounts.list")["accounts"]}
    assert {f"before{number}" for number in range(before)} <= names
    world.verify()
    daemon.stop()


def test_attack_G3_every_answer_was_synced(world, folder):
    """Guard: synchronous=FULL, set after opening and read back: one change alone costs exactly one sync."""
    world.add("warm")
    with traced(world.daemon, folder / "strace", SYNCS) as log:
        for state in (False, True, False, True, False):
            world.call("accounts.enable", account="warm", isEnabled=state)
    assert log.read_text().count("sync(") == 5, log.read_text()
    assert re.search(r"synchronous.{0,12}(full|2)", world.daemon.log.read_text(), re.IGNORECASE)


def test_attack_G6_swapped_seals_open_for_nobody(world):
    """Guard: the row's identity is the seal's associated data."""
    keys = {}
    for name in ("alice", "bob"):
        world.add(name)
        keys[name] = world.enrol(name)
    world.daemon.stop()
    connection = sqlite3.connect(database(world.daemon))
    method = table(connection, "method", "methods")
    columns = [row[1] for row in connection.execute(f"pragma table_info({method})")]
    payload = next(column for column in columns if "payload" in column and "key" not in column)
    rows = connection.execute(f"select id, account, {payload} from {method} where kind = 'totp' or kind = 2").fetchall()
    assert len(rows) == 2
    for (row, _, _), (_, _, other) in zip(rows, reversed(rows)):
        connection.execute(f"update {method} set {payload} = ? where id = ?", (other, row))
    connection.commit()
    connection.close()
    world.daemon.start()
    for name, foreign in (("alice", "bob"), ("bob", "alice")):
        begun = world.begin(name)
        for key in (keys[name], keys[foreign]):
            with pytest.raises(sspr.Failed) as failed:
                world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=app_code(key))
            assert failed.value.name == "internalError"
    assert world.events("proof.answered", method="totp", outcome="succeeded") == []


def test_attack_G8_every_tampering_is_found(world, folder):
    """Guard: the hash chain, the stored head, and a head that the auditor has kept."""
    for number in range(6):
        world.add(f"user{number}")
    kept = world.verify()
    sequence = kept["verified"]
    world.daemon.stop()
    path = database(world.daemon)
    good = {item.name: item.read_bytes() for item in world.daemon.state.iterdir() if item.is_file()}

    def restore():
        for item in world.daemon.state.iterdir():
            if item.is_file():
                item.unlink()
        for name, data in good.items():
            target = world.daemon.state / name
            target.write_bytes(data)
            target.chmod(0o600)

    def tamper(change):
        restore()
        connection = sqlite3.connect(path)
        change(connection, table(connection, "audit", "audit_link", "audit_links", "audit_event", "link"))
        connection.commit()
        connection.close()
        world.daemon.start()
        found = world.call("audit.verify")
        headed = world.call("audit.verify", sequence=sequence, hash=kept["head"])
        world.daemon.stop()
        return found, headed

    def flip(column, where):
        def change(connection, links):
            value = bytearray(connection.execute(f"select {column} from {links} where sequence = ?", (where,)).fetchone()[0])
            value[len(value) // 2] ^= 1
            connection.execute(f"update {links} set {column} = ? where sequence = ?", (bytes(value), where))
        return change

    connection = sqlite3.connect(path)
    links = table(connection, "audit", "audit_link", "audit_links", "audit_event", "link")
    columns = [row[1] for row in connection.execute(f"pragma table_info({links})")]
    connection.close()
    blobs = [column for column in columns if column in ("hash", "event", "bytes", "body", "previous")]
    assert len(blobs) >= 2, columns
    for column in blobs:
        found, _ = tamper(flip(column, 4))
        assert found.get("firstBad") in (4, 5), (column, found)
    found, _ = tamper(lambda connection, links: connection.execute(f"delete from {links} where sequence = 4"))
    assert found["firstBad"] in (4, 5) and found["fault"] == "gap"
    found, headed = tamper(lambda connection, links: connection.execute(f"delete from {links} where sequence > 4"))
    # The daemon has appended its start behind the stored head: the cut shows as the gap before it.
    assert found["fault"] == "gap" and found["firstBad"] == 5, found
    assert headed["fault"] == "gap" and headed["firstBad"] == 5, headed
    restore()
    # A tail that is cut under the running daemon: the head that stands beside the links is another one.
    world.daemon.start()
    with sqlite3.connect(path) as connection:
        last = connection.execute(f"select max(sequence) from {links}").fetchone()[0]
        connection.execute(f"delete from {links} where sequence > ?", (last - 2,))
    connection.close()
    found = world.call("audit.verify")
    assert (found.get("fault"), found.get("firstBad")) == ("head", last - 1), found
    world.daemon.stop()
    restore()
    # The whole state of an earlier day is consistent in itself: only the kept head tells.
    (folder / "other").mkdir()
    fresh = Daemon(folder / "other").start()
    other = World(fresh)
    for number in range(sequence):
        other.add(f"someone{number}")
    headed = other.call("audit.verify", sequence=sequence, hash=kept["head"])
    assert (headed.get("fault"), headed.get("firstBad")) == ("foreignHead", sequence), headed
    fresh.stop()


CANARIES = {"password": "canary-password-Qz81", "new": "canary-renewed-Yx27-long", "answer": "canary answer pelican"}


@needs_root
def test_attack_G9_secrets_appear_nowhere(folder):
    """Guard: Secret cannot be printed; recoverable secrets are sealed; no core is written."""
    daemon = Daemon(folder).start()
    world = World(daemon)
    world.add("alice", password=CANARIES["password"])
    handle = world.call("registration.prove", account="alice", password=CANARIES["password"])["handle"]
    begun = world.call("registration.begin", handle=handle, kind="email", contact="alice@example.org")
    first = world.code("confirmationCode")
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=first)
    begun = world.call("registration.begin", handle=handle, kind="totp")
    key = begun["key"]
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=app_code(key, offset=-1))
    answers = [{"question": n, "answer": f"{CANARIES['answer']} {n}"} for n in (1, 2, 3, 4, 5)]
    world.call("registration.answers", handle=handle, answers=answers)
    begun = world.begin("alice")
    code = world.mailed(begun)
    world.refusal("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code="000001")
    world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=code)
    grant = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=app_code(key))["grant"]
    world.call("recovery.reset", account="alice", grant=grant, password=CANARIES["new"])
    world.refusal("signin.authenticate", account="alice", password=CANARIES["password"])
    world.refusal("signin.authenticate", account=CANARIES["password"], password=CANARIES["new"])
    pid = daemon.process.pid
    text = open(f"/proc/{pid}/cmdline", "rb").read() + open(f"/proc/{pid}/environ", "rb").read()
    os.kill(pid, signal.SIGSEGV)
    daemon.process.wait(20)
    planted = [value.encode() for value in CANARIES.values()] + [key, grant, begun["handle"], handle, b"alice@example.org"]
    planted += [value.hex().encode() for value in (key, grant)]
    looked = 0
    for path in folder.rglob("*"):
        if path.is_file():
            looked += 1
            data = path.read_bytes()
            for secret in planted:
                assert secret not in data, f"{path.name} holds a planted secret"
    for secret in planted:
        assert secret not in text
    for digits in (first, code):
        assert digits.encode() not in daemon.log.read_bytes() + database(daemon).read_bytes()
    assert looked >= 3
    assert not list(folder.rglob("core*")) and not list(pathlib.Path.cwd().glob("core*"))


@needs_root
def test_attack_G10_no_core_and_no_reading_of_memory(folder):
    """Guard: Hardening.apply: RLIMIT_CORE 0, not dumpable."""
    # Begun as by somebody who wants cores.
    daemon = Daemon(folder, wrap=["prlimit", "--core=unlimited:unlimited"]).start()
    try:
        pid = daemon.process.pid
        limits = open(f"/proc/{pid}/limits").read()
        assert re.search(r"Max core file size\s+0\s+0", limits), limits
        # A process that is not dumpable belongs to root in /proc, whoever runs it.
        run = subprocess.run(["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "cat", f"/proc/{pid}/mem", f"/proc/{pid}/environ"],
                             capture_output=True)
        assert run.returncode != 0 and run.stdout == b""
        assert "NoNewPrivs:\t1" in open(f"/proc/{pid}/status").read()
    finally:
        daemon.stop()


@needs_root
def test_attack_G10_the_service_uid_cannot_read_its_own_daemon(folder):
    """Guard: PR_SET_DUMPABLE 0, also for the daemon's own uid."""
    os.chown(folder, 1234, 1234)
    daemon = Daemon(folder, wrap=["setpriv", "--reuid=1234", "--regid=1234", "--clear-groups"])
    for path in folder.rglob("*"):
        os.chown(path, 1234, 1234)
    daemon.start()
    try:
        run = subprocess.run(["setpriv", "--reuid=1234", "--regid=1234", "--clear-groups", "cat", f"/proc/{daemon.process.pid}/environ"],
                             capture_output=True)
        assert run.returncode != 0 and run.stdout == b"", "the daemon is dumpable"
    finally:
        daemon.stop()
