"""spec/attacks.md: invariants over crashes and races. Beside each test stands the guard that it defends."""

import collections
import contextlib
import os
import random
import re
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
import sspr
from harness import NEW_PASSWORD, PASSWORD, SYNCS, Daemon, World, app_code, as_uid, needs_root, traced, wait_until
from test_g_storage import serve_writeback

CYCLES = int(os.environ.get("SSPR_KILLS", "200"))


class Flight:
    """One request on a connection of its own; `result` stays None when it was never answered."""

    def __init__(self, daemon, call, **fields):
        self.call, self.result, self.fields = call, None, fields
        self.peer = daemon.connect()
        self.thread = threading.Thread(target=self.fly)

    def fly(self):
        try:
            self.peer.call(self.call, **self.fields)
            self.result = "done"
        except sspr.Failed as failed:
            self.result = failed.name
        except (OSError, sspr.Closed):
            self.result = None
        finally:
            self.peer.close()


def test_invariant_I1_I2_I3_I4_kill_at_any_moment(folder, capsys):
    """Guard: charge before check, redeem before act, intent before write-back, audit in the same transaction, synced before the answer."""
    dice = random.Random(20)
    daemon = Daemon(folder, hashing="hashing: {passes: 2, memoryKiB: 32768}\n").start()
    world = World(daemon)
    stop, orders = threading.Event(), []

    def slowly(job):
        if job["operation"] == "set":
            time.sleep(dice.uniform(0, 0.04))
        return {"outcome": "changed"}

    agent = threading.Thread(target=serve_writeback, args=(daemon, stop, orders, slowly), daemon=True)
    agent.start()
    seen = collections.Counter()
    try:
        for cycle in range(CYCLES):
            one_kill(world, dice, cycle, seen, orders)
        world.verify()
    finally:
        stop.set()
        daemon.stop()
    log = daemon.log.read_text()
    found = [int(number) for number in re.findall(r"pendingAttempts=(\d+)", log)]
    charged = sum(number > 0 for number in found)
    with capsys.disabled():
        print(f"\n{CYCLES} kills: {seen['unanswered']} with a request unanswered, {seen['between']} between intent and outcome, "
              f"{charged} between charge and answer; {seen['answered']} answered effects, 0 lost, 0 twice")
    share = CYCLES / 200
    assert seen["unanswered"] >= 150 * share and seen["between"] >= 20 * share and charged >= 20 * share


def one_kill(world, dice, cycle, seen, orders):
    daemon = world.daemon
    written, embedded, signing, proving = (f"{kind}{cycle}" for kind in ("w", "e", "s", "p"))
    # The desk is in memory: the agent has to have said a word to the new process first.
    wait_until(lambda: claims(world), what="the agent's presence")
    grants = {}
    for name, target in ((written, "shadow"), (embedded, None)):
        world.call("accounts.add", account=name, **({"target": target} if target else {"password": PASSWORD}))
        grants[name] = world.grant(name, world.enrol(name))
    world.add(signing)
    world.add(proving)
    key = world.enrol(proving)
    begun = world.begin(proving)
    code = app_code(key)
    marks = len(orders)
    flights = [
        Flight(daemon, "recovery.reset", account=written, grant=grants[written], password=NEW_PASSWORD),
        Flight(daemon, "recovery.reset", account=embedded, grant=grants[embedded], password=NEW_PASSWORD),
        Flight(daemon, "recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=code),
        Flight(daemon, "signin.authenticate", account=signing, password="a wrong sentence"),
        Flight(daemon, "signin.authenticate", account=f"ghost{cycle}", password="a wrong sentence"),
        Flight(daemon, "signin.authenticate", account=proving, password=PASSWORD),
        Flight(daemon, "accounts.enable", account=signing, isEnabled=False),
        Flight(daemon, "recovery.begin", account=signing, purpose="reset"),
        Flight(daemon, "recovery.reset", account=embedded, grant=grants[embedded], password=NEW_PASSWORD),
    ]
    [flight.thread.start() for flight in flights]
    time.sleep(dice.uniform(0, 0.05))
    daemon.kill()
    [flight.thread.join() for flight in flights]
    daemon.start()
    seen["unanswered"] += any(flight.result is None for flight in flights)
    seen["answered"] += sum(flight.result == "done" for flight in flights)
    world.verify()
    trail = [record["event"] for record in world.audit(account=written)] + [record["event"] for record in world.audit(account=embedded)]
    crashed = [e for e in trail if e["kind"] == "writeback.settled" and e.get("reason") == "crashed"]
    seen["between"] += bool(crashed)
    # Nothing answered is lost.
    if flights[0].result == "done":
        assert [e for e in trail if e["kind"] == "password.reset" and e["account"] == written and e["outcome"] == "succeeded"]
    resets = [flights[1].result, flights[8].result]
    assert resets.count("done") <= 1, "a grant worked twice"
    if "done" in resets:
        world.call("signin.authenticate", account=embedded, password=NEW_PASSWORD)
        assert world.refusal("signin.authenticate", account=embedded, password=PASSWORD) == "refused"
    if flights[6].result == "done":
        assert world.call("accounts.show", account=signing)["isEnabled"] is False
    # Nothing is used twice: the same grants and the same code again.
    before = [e for e in trail if e["kind"] == "password.reset" and e["outcome"] == "succeeded"]
    for name in (written, embedded):
        with contextlib.suppress(sspr.Failed):
            world.call("recovery.reset", account=name, grant=grants[name], password=NEW_PASSWORD + " again")
            assert not [e for e in before if e["account"] == name], "a grant worked again after the kill"
    sets = [job for job in orders[marks:] if job["account"] == written and job["operation"] == "set"]
    assert len(sets) <= 1, "two orders for one grant"
    if flights[2].result == "done":
        again = world.begin(proving)
        assert world.refusal("recovery.answer", handle=again["handle"], choice=world.choice(again, "totp"), code=code) == "refused"


@pytest.mark.parametrize("sync", [1, 2, 3])
def test_invariant_I3_effect_and_audit_are_one(folder, sync):
    """Guard: PasswordSetter.set changes the password and tells of it in one transaction. Here the daemon dies at each of its syncs."""
    daemon = Daemon(folder).start()
    world = World(daemon)
    try:
        world.add("alice")
        grant = world.grant("alice", world.enrol("alice"))
        # The call stays on one thread, by which strace counts; what it has written before a sync is found at the next start.
        with traced(daemon, folder / "strace", SYNCS, "-e", f"inject={SYNCS}:signal=KILL:when={sync}"):
            flight = Flight(daemon, "recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
            flight.fly()
            if flight.result is None:
                daemon.process.wait(20)
        daemon.kill()
        assert flight.result == ("done" if sync == 3 else None)
        daemon.start()
        changed = Flight(daemon, "signin.authenticate", account="alice", password=NEW_PASSWORD)
        changed.fly()
        told = world.events("password.reset", account="alice", outcome="succeeded")
        assert (len(told), changed.result) == ((0, "refused") if sync == 1 else (1, "done"))
        world.verify()
    finally:
        daemon.stop()


def claims(world):
    """True once the write-back agent has asked: a probe account can be proven through it."""
    try:
        with world.daemon.connect() as peer:
            with contextlib.suppress(sspr.Failed):
                peer.call("accounts.add", account="probe", target="shadow")
            peer.call("signin.authenticate", account="probe", password=PASSWORD)
            return True
    except sspr.Failed:
        return False


def test_invariant_I8_floors_are_durable_before_the_answer(world):
    """Guard: the floor is in the transaction that answers; see also B2, which kills at random."""
    world.add("alice")
    key = world.enrol("alice")
    begun = world.begin("alice")
    code = app_code(key)
    world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=code)
    world.daemon.kill()
    world.daemon.start()
    again = world.begin("alice")
    assert world.refusal("recovery.answer", handle=again["handle"], choice=world.choice(again, "totp"), code=code) == "refused"
    assert [e["outcome"] for e in world.events("proof.answered", account="alice")] == ["succeeded", "used"]


def test_invariant_I9_never_two_live_codes(folder):
    """Guard: CodeRow is one row per choice; a newer code replaces it."""
    from harness import fake_clock

    clock = folder / "clock"
    clock.write_text("+0s")
    daemon = Daemon(folder, env=fake_clock(clock)).start()
    world = World(daemon)
    try:
        names = [f"user{number}" for number in range(4)]
        for name in names:
            world.add(name)
            world.enrol(name)
        for number, name in enumerate(names):
            begun = world.begin(name)
            choice = world.choice(begun, "email")
            old = world.mailed(begun)
            clock.write_text(f"+{(number + 1) * 61}s")
            results = {}

            def resend():
                try:
                    world.call("recovery.send", handle=begun["handle"], choice=choice)
                    results["resend"] = "sent"
                except sspr.Failed as failed:
                    results["resend"] = failed.name

            def verify():
                try:
                    world.call("recovery.answer", handle=begun["handle"], choice=choice, code=old)
                    results["old"] = "accepted"
                except sspr.Failed as failed:
                    results["old"] = failed.name

            threads = [threading.Thread(target=f) for f in (resend, verify)]
            [t.start() for t in threads]
            [t.join() for t in threads]
            if results["resend"] == "refused":  # the old code came first: the class is proven, nothing more is sent
                assert results["old"] == "accepted", results
                continue
            new = world.code("recoveryCode")
            try:
                world.call("recovery.answer", handle=begun["handle"], choice=choice, code=new)
                outcome = "accepted"
            except sspr.Failed as failed:
                outcome = failed.name
            # The new one was sent, so the old one had not proven anything before, and was void from then on.
            assert (results["old"], outcome) == ("refused", "accepted"), (results, outcome)
    finally:
        daemon.stop()


def test_invariant_I11_one_writer(folder):
    """Guard: the lock on the state; a stale one never blocks."""
    first = Daemon(folder).start()
    rivals = [Daemon(folder, configuration="", hashing="").spawn() for _ in range(8)]
    for rival in rivals:
        assert rival.process.wait(30) not in (0, None)
    World(first).add("alice")
    # They have not even begun to write.
    assert len(World(first).events("daemon.started")) == 1
    first.stop()
    for _ in range(10):
        started = [Daemon(folder).spawn() for _ in range(4)]
        winner = wait_until(lambda: sole_survivor(started), what="one winner")
        assert winner.answers()
        assert [a["account"] for a in World(winner).call("accounts.list")["accounts"]] == ["alice"]
        winner.kill()


def sole_survivor(started):
    alive = [daemon for daemon in started if daemon.process.poll() is None]
    assert alive, "nobody serves"
    return alive[0] if len(alive) == 1 and alive[0].answers() else None


@needs_root
def test_invariant_I13_a_lost_sync_loses_no_answer(folder):
    """Guard: GroupCommit ends the process at the first failed sync; here for each of the first syncs of a conversation."""
    daemon = Daemon(folder).start()
    world = World(daemon)
    world.add("alice")
    answered = 0
    for before in range(5):
        states = [number % 2 == 0 for number in range(before)]
        for state in states:
            world.call("accounts.enable", account="alice", isEnabled=state)
        with traced(daemon, folder / f"strace{before}", SYNCS, "-e", f"inject={SYNCS}:error=EIO"):
            with pytest.raises((sspr.Failed, sspr.Closed, OSError)):
                world.call("accounts.enable", account="alice", isEnabled=True)
            assert daemon.process.wait(20) != 0
        daemon.start()
        trail = [e["kind"] for e in (r["event"] for r in world.audit(account="alice")) if e["kind"] in ("account.enabled", "account.disabled")]
        answered += len(states)
        assert len(trail) >= answered
        answered = len(trail)
        world.verify()
    daemon.stop()


@needs_root
def test_invariant_I15_I16_slow_peers_hold_only_themselves(folder):
    """Guard: seats, deadlines, one queue per connection; no lock is held across a peer's I/O."""
    # Fewer seats in all than the slow ones want.
    daemon = Daemon(folder, wrap=["prlimit", "--nofile=512:512"]).start()
    world = World(daemon)
    world.add("bob", uid=1001)
    script = (
        "import os, socket, sys, time\n"
        "os.setgroups([]); os.setresgid(1000,1000,1000); os.setresuid(1000,1000,1000)\n"
        "held = []\n"
        "for n in range(600):\n"
        "    s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); held.append(s)\n"
        "print('ready', flush=True)\n"
        "frame = b'\\0\\0\\0\\1\\1\\1\\0\\2\\0\\0\\0\\1\\xa0' * 50; end = time.time() + 8\n"
        "for place in range(len(frame)):\n"
        "    for s in held:\n"
        "        try: s.send(frame[place:place + 1])\n"
        "        except OSError: pass\n"
        "    time.sleep(0.05)\n"
        "    if time.time() > end: break\n")
    slow = subprocess.Popen([sys.executable, "-c", script, str(daemon.socket)], stdout=subprocess.PIPE, text=True)
    try:
        slow.stdout.readline()
        worst = 0.0
        for _ in range(40):
            began = time.monotonic()
            with daemon.connect() as peer:
                peer.call("service.ping")
                peer.call("signin.account", account="bob")
            worst = max(worst, time.monotonic() - began)
            time.sleep(0.1)
        assert as_uid(1001, daemon.socket, [("service.ping", {})]) == [("reply", {})]
        slow.wait(30)
    finally:
        slow.kill()
        daemon.stop()
    assert worst < 4, worst  # 100 ms is the goal, which `make bench` reports; a held lock would show as seconds


def test_invariant_I17_busy_is_neither_charged_nor_an_oracle(folder):
    """Guard: HasherBusy refunds; the queue is the same for known and unknown names."""
    daemon = Daemon(folder, hashing="hashing: {passes: 2, memoryKiB: 65536}\n").start()
    world = World(daemon)
    try:
        names = [f"user{n}" for n in range(30)]
        for name in names:
            world.add(name)
        results = collections.defaultdict(collections.Counter)
        lock = threading.Lock()

        def attempt(name, group):
            with daemon.connect() as peer:
                for _ in range(4):
                    try:
                        peer.call("signin.authenticate", account=name, password="a wrong sentence")
                        result = "accepted"
                    except sspr.Failed as failed:
                        result = failed.name
                    with lock:
                        results[group][result] += 1
                    time.sleep(0.3)

        # In turn, so that neither group comes first to the queue.
        pairs = [pair for n in range(25) for pair in ((names[n], "known"), (f"ghost{n}", "unknown"))]
        threads = [threading.Thread(target=attempt, args=pair) for pair in pairs]
        [t.start() for t in threads]
        [t.join() for t in threads]
        total = sum(sum(counter.values()) for counter in results.values())
        assert total == 200 and set(results["known"]) == set(results["unknown"]) == {"refused", "busy"}, results
        # Charged is exactly what was compared.
        refused = results["known"]["refused"] + results["unknown"]["refused"]
        assert len(world.events("signin.answered", outcome="refused")) == refused
        path = next(p for p in daemon.state.iterdir() if p.suffix.startswith(".sqlite") and "-" not in p.name)
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            tables = [row[0] for row in connection.execute("select name from sqlite_master where type='table'")]
            counter = next(name for name in tables if name.startswith("counter"))
            pending = [row[1] for row in connection.execute(f"pragma table_info({counter})") if "pending" in row[1].lower()][0]
            assert connection.execute(f"select count(*) from {counter} where {pending}").fetchone()[0] == 0
    finally:
        daemon.stop()


def test_invariant_I21_an_orderly_stop_leaves_no_half_order(folder):
    """Guard: Server.stop drains what is in work; waiters are abandoned and settled."""
    dice = random.Random(21)
    daemon = Daemon(folder).start()
    world = World(daemon)
    world.add("alice")
    for cycle in range(15):
        flights = [Flight(daemon, "signin.authenticate", account="alice", password=PASSWORD) for _ in range(3)]
        flights += [Flight(daemon, "accounts.enable", account="alice", isEnabled=cycle % 2 == 0), Flight(daemon, "agents.claimDelivery"),
                    Flight(daemon, "audit.follow", after=10**6)]
        [flight.thread.start() for flight in flights]
        time.sleep(dice.uniform(0, 0.03))
        began = time.monotonic()
        assert daemon.stop() == 0
        assert time.monotonic() - began < 20  # 5 s with a factor of four
        assert "not everything ended" not in daemon.log.read_text()
        [flight.thread.join() for flight in flights]
        daemon.start()
        if flights[3].result == "done":
            assert world.call("accounts.show", account="alice")["isEnabled"] is (cycle % 2 == 0)
        world.verify()
    assert not world.events("writeback.settled")
    daemon.stop()


def test_invariant_I21_what_is_in_work_is_answered_and_what_waits_is_settled(folder):
    """Guard: Server.stop drains connections and tells the waiters; no order is left for the next start to wonder about."""
    daemon = Daemon(folder, hashing="hashing: {passes: 3, memoryKiB: 131072}\n").start()
    world = World(daemon)
    try:
        world.call("accounts.add", account="alice", target="shadow")
        world.add("bob")
        stop = threading.Event()
        agent = threading.Thread(target=serve_writeback, args=(daemon, stop, []), daemon=True)
        agent.start()
        grant = world.grant("alice", world.enrol("alice"))
        # The agent takes one more order, and says nothing of it.
        stop.set()
        world.call("signin.authenticate", account="alice", password=PASSWORD)
        agent.join()
        waiting = Flight(daemon, "recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
        waiting.thread.start()
        wait_until(lambda: world.events("writeback.ordered"), what="the order")
        working = Flight(daemon, "signin.authenticate", account="bob", password=PASSWORD)
        working.thread.start()
        wait_until(lambda: pending(daemon), what="the charge")
        assert daemon.stop() == 0
        for flight in (waiting, working):
            flight.thread.join()
        assert working.result == "done"
        daemon.start()
        # Nobody had taken the order, so it is certain that nothing was changed.
        settled = world.events("writeback.settled")
        assert [(e["outcome"], e.get("reason")) for e in settled] == [("failed", "targetUnavailable")], settled
        world.verify()
    finally:
        daemon.stop()


def pending(daemon):
    """How many attempts are charged and not settled."""
    with contextlib.closing(sqlite3.connect(f"file:{next(daemon.state.glob('*.sqlite'))}?mode=ro", uri=True)) as connection:
        return connection.execute("select count(*) from counters where is_pending").fetchone()[0]
