"""Invariant I5: what a reply has promised is delivered or dies by the clock, written down, whoever is killed when.

On a clock ten times as fast as the machine's, with jumps in which codes die. 1,000 kills during 10,008 messages that were promised (on two
cores, beside other work, 29 minutes): 9,389 delivered, 140 repeats, 732 died unsent and told, none lost, none late.

SSPR_COURIER_KILLS says how many kills (for each of them, ten messages are asked for), SSPR_COURIER_SEED draws other moments.
"""

import collections
import contextlib
import os
import random
import threading
import time

import sspr
from courier_stage import CODE_LIFE, CODES, LEASE, SPEED, house, outbox  # noqa: F401  (a fixture)
from harness import PASSWORD, wait_until

KILLS = int(os.environ.get("SSPR_COURIER_KILLS", "20"))
SEED = int(os.environ.get("SSPR_COURIER_SEED", "4"))


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


def kill_at_random(dice, world, courier, mail, clock, tally):
    """One kill, after some messages or a while; then what was killed comes back."""
    goal, deadline = len(mail.handed) + dice.randrange(21), time.monotonic() + dice.uniform(0.5, 5)
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
        wait_until(lambda: is_over() or failures, seconds=300 + 2 * KILLS, what="the last message")
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


