"""Invariant I5: what a reply has promised is delivered or dies by the clock, written down, whoever is killed when.

Real daemon, real courier, and a program in sendmail's place that keeps what it is handed, each message in a file of its own. Both run on a
clock of this test's own, ten times as fast as the machine's, with jumps in which codes die.

SSPR_COURIER_KILLS says how many kills (for each of them, ten messages are asked for), SSPR_COURIER_SEED draws other moments.
"""

import collections
import contextlib
import datetime
import os
import pathlib
import random
import re
import sqlite3
import subprocess
import threading
import time

import pytest
import sspr
from harness import PASSWORD, Daemon, World, fake_clock, program, wait_until

KILLS = int(os.environ.get("SSPR_COURIER_KILLS", "24"))
SEED = int(os.environ.get("SSPR_COURIER_SEED", "4"))
SPEED = 10
CODE_LIFE, LEASE = 600, 60
KINDS = {"Confirm this address": "confirmationCode", "Your recovery code": "recoveryCode",
         "A way to recover your account was added": "methodAdded", "Your password was changed": "passwordChanged"}
CODES = {"confirmationCode", "recoveryCode"}


class Clock:
    """The time of daemon and courier: a file with how far it is ahead."""

    def __init__(self, folder, speed=SPEED):
        self.file, self.speed, self.skipped, self.born = folder / "clock", speed, 0.0, time.monotonic()
        self.lock = threading.Lock()
        self.write()

    def ahead(self):
        return self.skipped + (time.monotonic() - self.born) * (self.speed - 1)

    def now(self):
        return time.time() + self.ahead()

    def write(self):
        # Replaced as a whole: whoever reads it reads a number.
        with self.lock:
            fresh = self.file.with_suffix(".new")
            fresh.write_text(f"+{self.ahead():.3f}s\n")
            os.replace(fresh, self.file)

    def skip(self, seconds):
        self.skipped += seconds
        self.write()

    @contextlib.contextmanager
    def running(self):
        over = threading.Event()

        def tick():
            while not over.wait(0.02):
                self.write()
        ticker = threading.Thread(target=tick)
        ticker.start()
        try:
            yield self
        finally:
            over.set()
            ticker.join()


class Courier:
    """One sspr-courier whose mail goes to a program of the test; may be killed and started again."""

    def __init__(self, daemon, folder, clock, transport):
        self.daemon, self.folder, self.clock, self.process = daemon, folder, clock, None
        self.log = folder / "courier.log"
        self.config = folder / "courier.yaml"
        self.config.write_text("instance: Example Org\nfrom: sspr@example.org\nroutes: {email: [mail]}\n"
                               f"transports: {{mail: {{kind: sendmail, command: [{transport}], seconds: 45}}}}\n")

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [program("sspr-courier"), "--socket", str(self.daemon.socket), "--config", str(self.config)],
                stdin=subprocess.DEVNULL, stderr=log, env={**os.environ, **fake_clock(self.clock.file)})
        return self

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait(20)


class Mail:
    """What the transport was handed: `handed` are the letters in the order in which they came."""

    Letter = collections.namedtuple("Letter", "id to kind code at expires words")

    def __init__(self, folder, clock):
        self.folder = folder / "mail"
        self.folder.mkdir(mode=0o700)
        self.transport = folder / "transport"
        # The name says when it was begun, by the test's clock and the machine's. The test kills processes, not the machine: what is
        # written stays.
        self.transport.write_text(
            f"#!/bin/sh\nread ahead <{clock.file}\nname=$(date +%s.%N)$ahead.$$\n"
            f"cat >{self.folder}/.$name && mv {self.folder}/.$name {self.folder}/$name\n")
        self.transport.chmod(0o700)
        self.known = {}

    @property
    def handed(self):
        for path in self.folder.glob("[!.]*"):
            if path.name not in self.known:
                self.known[path.name] = self.read(path)
        return [self.known[name] for name in sorted(self.known)]

    def read(self, path):
        whole = path.read_text()
        head, _, body = whole.partition("\n\n")
        fields = dict(line.split(": ", 1) for line in head.splitlines())
        kind = next((kind for words, kind in KINDS.items() if fields["Subject"].startswith(words)), None)
        code = re.search(r"^\d{8}$", body, re.M)
        assert kind and body.endswith(".\n") and bool(code) == (kind in CODES), whole
        machine, ahead = re.fullmatch(r"([\d.]+)\+([\d.]+)s\.\d+", path.name).groups()
        until = re.search(r"until\s(\d+\s\w+\s\d+,\s[\d:]+)\sUTC", body)
        return self.Letter(
            int(re.fullmatch(r"<sspr\.(\d+)@example\.org>", fields["Message-ID"])[1]), fields["To"].strip("<>"), kind, code and code[0],
            float(machine) + float(ahead), until and minute(until[1]), re.sub(r"^Date: .*\n", "", whole, flags=re.M))

    def to(self, address, kind):
        return [letter for letter in self.handed if (letter.to, letter.kind) == (address, kind)]


def minute(text):
    """The end of the minute that a letter names: it tells no seconds."""
    named = datetime.datetime.strptime(re.sub(r"\s", " ", text), "%d %b %Y, %H:%M").replace(tzinfo=datetime.timezone.utc)
    return named.timestamp() + 60


class Ledger:
    """What replies have promised, and what calls without a reply may have queued: counts by (address, kind)."""

    def __init__(self):
        self.promised, self.perhaps, self.lock = collections.Counter(), collections.Counter(), threading.Lock()

    def note(self, address, kind, answered):
        with self.lock:
            (self.promised if answered else self.perhaps)[address, kind] += 1

    @property
    def total(self):
        return sum(self.promised.values())


class Lost(Exception):
    """A call without an answer."""


class Person:
    """One account that registers its address, asks for codes and changes its password, whatever happens to the daemon."""

    def __init__(self, world, mail, ledger, name, is_over):
        self.world, self.mail, self.ledger, self.name, self.is_over = world, mail, ledger, name, is_over
        self.address, self.passwords, self.codes = f"{name}@example.org", [PASSWORD], 0

    def ask(self, call, **fields):
        try:
            return self.world.call(call, **fields)
        except (OSError, sspr.Closed) as error:
            raise Lost(call) from error

    def surely(self, call, unless="", **fields):
        """Asks until there is an answer; None for the refusal `unless`."""
        while not self.is_over():
            try:
                return self.ask(call, **fields)
            except Lost:
                time.sleep(0.05)
            except sspr.Failed as failed:
                if failed.name == unless:
                    return None
                raise
        raise Lost(call)

    def queue(self, message, call, **fields):
        """A call that queues a message."""
        try:
            reply = self.ask(call, **fields)
        except Lost:
            self.ledger.note(self.address, message, answered=False)
            raise
        self.ledger.note(self.address, message, answered=True)
        return reply

    def live(self):
        with contextlib.suppress(Lost):
            self.surely("accounts.add", unless="conflict", account=self.name, password=PASSWORD)
            if not self.register():
                return
            # Five codes in an hour, those included that were lost on the way.
            while self.codes < 5 and not self.is_over():
                self.codes += 1
                with contextlib.suppress(Lost):
                    begun = self.surely("recovery.begin", unless="busy", account=self.name, purpose="reset")
                    if not begun:
                        break  # all that one uid may begin in a minute
                    self.queue("recoveryCode", "recovery.send", handle=begun["handle"], choice=self.world.choice(begun, "email"))
            for number in range(4):
                self.change(f"a sentence of many words {number}")

    def register(self):
        tried = set()
        while self.codes < 5 and not self.is_over():
            self.codes += 1
            with contextlib.suppress(Lost):
                handle = self.surely("registration.prove", account=self.name, password=PASSWORD)["handle"]
                try:
                    begun = self.queue("confirmationCode", "registration.begin", handle=handle, kind="email", contact=self.address)
                except sspr.Failed as failed:
                    return failed.name == "conflict"  # registered by a call whose answer was lost
                # Long enough for a lease to end, too short for the code to die without a jump of the clock.
                deadline = time.monotonic() + 1.5 * LEASE / SPEED
                while time.monotonic() < deadline and not self.is_over():
                    fresh = [letter for letter in self.mail.to(self.address, "confirmationCode") if letter.id not in tried]
                    for letter in fresh:
                        tried.add(letter.id)
                        with contextlib.suppress(sspr.Failed):  # the code of an earlier round, or one whose time is over
                            self.queue("methodAdded", "registration.confirm", handle=handle, enrolment=begun["enrolment"], code=letter.code)
                            return True
                    time.sleep(0.05)
        return False

    def change(self, new):
        for current in list(self.passwords):
            try:
                self.queue("passwordChanged", "signin.change", account=self.name, current=current, new=new)
            except Lost:
                self.passwords.append(new)
            except sspr.Failed as failed:
                assert failed.name == "refused", failed  # the one of a call whose answer was lost
                continue
            else:
                self.passwords = [new]
            return


def outbox(daemon):
    """How many messages are still to be delivered."""
    path = next(path for path in daemon.state.glob("*.sqlite*") if path.suffix in (".sqlite", ".sqlite3"))
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute("select count(*) from deliveries where account is not null").fetchone()[0]


def kill_at_random(dice, world, courier, mail, clock, tally):
    """One kill, after some messages or a while; then what was killed comes back."""
    goal, deadline = len(mail.handed) + dice.randrange(16), time.monotonic() + dice.uniform(0.5, 3)
    while len(mail.handed) < goal and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(dice.uniform(0, 0.03))
    tally["kills"] += 1
    jumps = tally["kills"] % 8 == 0
    victims = dice.choice(["courier", "both"] if jumps else ["courier", "courier", "daemon", "daemon", "both"])
    tally[victims] += 1
    if victims != "daemon":
        courier.kill()
    if victims != "courier":
        world.daemon.kill()
    if jumps:
        # The courier is away for about as long as a code lives, and some are sent meanwhile.
        time.sleep(dice.uniform(0, 0.5))
        clock.skip(CODE_LIFE + dice.uniform(-2 * SPEED, SPEED))
        tally["jumps"] += 1
    if victims != "courier":
        world.daemon.start()
    if victims != "daemon":
        courier.start()


@pytest.fixture
def house(folder, request):
    """A daemon with one proof a recovery, a courier and its transport, on a clock of their own."""
    clock = Clock(folder, **getattr(request, "param", {}))
    mail = Mail(folder, clock)
    with clock.running():
        daemon = Daemon(folder, configuration="recovery: {proofs: 1}\n", env=fake_clock(clock.file)).start()
        courier = Courier(daemon, folder, clock, mail.transport).start()
        yield World(daemon), courier, mail, clock
        courier.kill()
        daemon.stop()


def test_invariant_I5_no_kill_loses_a_message(house, capsys):
    """Guard: the row is in the transaction of what it tells; lease and report; ExpiredDeliveries writes down what died."""
    world, courier, mail, clock = house
    dice, ledger, tally, over = random.Random(SEED), Ledger(), collections.Counter(), threading.Event()
    numbers, failures = iter(range(10**6)), []

    def is_over():
        return over.is_set() or ledger.total >= 10 * KILLS

    def crowd():
        try:
            while not is_over():
                Person(world, mail, ledger, f"user{next(numbers)}", is_over).live()
        except BaseException as error:
            failures.append(error)
            raise
    began = time.monotonic()
    threads = [threading.Thread(target=crowd) for _ in range(4)]
    [thread.start() for thread in threads]
    try:
        for _ in range(KILLS):
            kill_at_random(dice, world, courier, mail, clock, tally)
        wait_until(lambda: is_over() or failures, seconds=60 + 2 * KILLS, what="the last message")
    finally:
        over.set()
        [thread.join() for thread in threads]
    assert not failures
    # What is left is delivered, or dies and is written down.
    wait_until(lambda: outbox(world.daemon) == 0, seconds=90, what="an empty outbox")
    took = time.monotonic() - began
    told = compare(mail.handed, ledger, world)
    with capsys.disabled():
        print(f"\nseed {SEED}, {took:.0f} s: killed courier {tally['courier']}, daemon {tally['daemon']}, both {tally['both']} times, "
              f"{tally['jumps']} jumps; {ledger.total} messages promised, {sum(ledger.perhaps.values())} calls unanswered; {told}")


def compare(letters, ledger, world):
    """Holds what was handed on, what was promised and what the trail says side by side; returns what to print."""
    world.verify()
    trail = [record["event"] for record in world.audit()]
    taken = collections.Counter(event["delivery"] for event in trail if event["kind"] == "delivery.taken")
    settled = {event["delivery"]: event for event in trail
               if event["kind"] == "delivery.settled" and event["outcome"] in ("succeeded", "failed", "unknown")}
    by_id = collections.defaultdict(list)
    for letter in letters:
        by_id[letter.id].append(letter)
        assert letter.kind not in CODES or letter.at < letter.expires, f"a code after its expiry: {letter}"
    for number, same in by_id.items():
        assert len({letter.words for letter in same}) == 1, f"a repeat says something else: {same}"
        assert len(same) <= taken[number], f"handed on without being taken: {same}"
        assert number in settled, f"never settled: {same}"
    # What nobody was handed has died, and its account's trail says so.
    deaths = collections.Counter(event["account"] for number, event in settled.items() if number not in by_id)
    assert all(event["reason"] == "expired" for number, event in settled.items() if number not in by_id)
    assert all(number in by_id for number, event in settled.items() if event["outcome"] == "succeeded")
    delivered = collections.Counter((same[0].to, same[0].kind) for same in by_id.values())
    missing = collections.Counter()
    for (address, kind), count in (ledger.promised + ledger.perhaps).items():
        assert delivered[address, kind] <= count, f"more than was asked for: {address} {kind}"
        lost = max(0, ledger.promised[address, kind] - delivered[address, kind])
        assert not lost or kind in CODES, f"lost: {lost} {kind} to {address}"
        missing[address.partition("@")[0]] += lost
    assert set(delivered) <= set(ledger.promised + ledger.perhaps)
    for account, lost in missing.items():
        assert lost <= deaths[account], f"lost: {lost} codes of {account}, of which {deaths[account]} died"
    repeats = len(letters) - len(by_id)
    return f"{len(by_id)} delivered, {repeats} repeats, {sum(deaths.values())} died unsent, 0 lost, 0 late"


AT_ITS_PACE = pytest.mark.parametrize("house", [{"speed": 1}], indirect=True, ids=["at its pace"])


def send_code(world, name="alice"):
    begun = world.begin(name)
    world.call("recovery.send", handle=begun["handle"], choice=world.choice(begun, "email"))


def register(world, mail, name="alice"):
    world.add(name)
    handle = world.call("registration.prove", account=name, password=PASSWORD)["handle"]
    begun = world.call("registration.begin", handle=handle, kind="email", contact=f"{name}@example.org")
    letter = wait_until(lambda: mail.to(f"{name}@example.org", "confirmationCode"), what="the code")[0]
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=letter.code)
    wait_until(lambda: outbox(world.daemon) == 0, what="the notice's delivery")


def deaths(world):
    return [event for event in world.events("delivery.settled") if event.get("reason") == "expired"]


@AT_ITS_PACE
def test_invariant_I5_a_courier_that_was_away_gets_no_dead_code(house):
    """Guard: OutboxSnapshot.nextDelivery finds nothing that has expired, and ExpiredDeliveries writes it down."""
    world, courier, mail, clock = house
    register(world, mail)
    courier.kill()
    send_code(world)
    clock.skip(CODE_LIFE)
    wait_until(lambda: deaths(world), seconds=40, what="the entry in the trail")
    courier.start()
    send_code(world)
    wait_until(lambda: outbox(world.daemon) == 0, what="the second code's delivery")
    assert len(mail.to("alice@example.org", "recoveryCode")) == 1
    died, = deaths(world)
    assert (died["account"], died["outcome"]) == ("alice", "failed")
    assert died["delivery"] not in [event["delivery"] for event in world.events("delivery.taken")]


@AT_ITS_PACE
def test_invariant_I5_a_transport_that_hangs_dies_with_its_code(house, folder):
    """Guard: Route.deliver gives no transport longer than its message lives; what is reported then is a death (Deliveries.report)."""
    world, courier, mail, clock = house
    register(world, mail)
    courier.kill()
    send_code(world)
    # Begun in time; without an end it would hand on, some day, what is good for nothing but to confuse.
    mail.transport.write_text(f"#!/bin/sh\necho $$ >>{folder}/begun\nexec sleep 3600\n")
    clock.skip(CODE_LIFE - 5)
    courier.start()
    wait_until(lambda: deaths(world), seconds=40, what="the end")
    begun = (folder / "begun").read_text().split()
    assert len(begun) == 1, "it was not begun, or again after its end"
    wait_until(lambda: not pathlib.Path(f"/proc/{begun[0]}").exists(), what="the transport's end")
    died, = deaths(world)
    assert (died["account"], died["outcome"]) == ("alice", "failed")
    assert outbox(world.daemon) == 0 and mail.to("alice@example.org", "recoveryCode") == []


@AT_ITS_PACE
def test_invariant_I5_a_week_without_a_courier_loses_no_entry(house):
    """Guard: ExpiredDeliveries, at the start as well: a notice that nobody fetched in 72 hours is told."""
    world, courier, mail, clock = house
    register(world, mail)
    courier.kill()
    world.call("signin.change", account="alice", current=PASSWORD, new="a wholly different sentence")
    world.daemon.kill()
    clock.skip(7 * 86_400)
    world.daemon.start()
    died, = deaths(world)
    assert (died["account"], died["outcome"]) == ("alice", "failed") and outbox(world.daemon) == 0
    courier.start()
    world.call("signin.change", account="alice", current="a wholly different sentence", new=PASSWORD)
    wait_until(lambda: outbox(world.daemon) == 0, what="the next notice's delivery")
    assert len(mail.to("alice@example.org", "passwordChanged")) == 1
    world.verify()
