"""Attacks of spec/attacks.md: one-time codes and throttling. Beside each test stands the guard that it defends."""

import contextlib
import os
import signal
import threading
import time

import cbor2
import pytest
import sspr
from harness import NEW_PASSWORD, PASSWORD, Daemon, World, app_code, fake_clock, resident_kib

LIMIT = 5


def settled_step():
    """Waits out the last seconds of a time step, so that a code does not change while it travels."""
    while time.time() % 30 > 26:
        time.sleep(0.2)


def answer(world, begun, kind, code):
    return world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, kind), code=code)


def outcome(world, begun, kind, code):
    try:
        answer(world, begun, kind, code)
        return "accepted"
    except sspr.Failed as failed:
        return failed.name


def test_attack_B1_an_app_code_is_accepted_once(world):
    """Guard: MethodRow.floor only grows (AppCodeCheck.verdict compares with it)."""
    world.add("alice")
    key = world.enrol("alice")
    settled_step()
    first, second = world.begin("alice"), world.begin("alice")
    code = app_code(key)
    assert outcome(world, first, "totp", code) == "accepted"
    assert outcome(world, second, "totp", code) == "refused"
    assert outcome(world, second, "totp", app_code(key, offset=-1)) == "refused"
    for spelling in (f" {code}", f"{code} ", f"{code[:3]} {code[3:]}", "".join(chr(0xFF10 + int(d)) for d in code), f"+{code}"):
        assert outcome(world, second, "totp", spelling) == "malformed", spelling
    world.daemon.stop()
    world.daemon.start()
    again = world.begin("alice")
    assert outcome(world, again, "totp", code) == "refused"
    accepted = world.events("proof.answered", method="totp", outcome="succeeded")
    assert len(accepted) == 1


def test_attack_B2_replay_memory_survives_a_kill(world):
    """Guard: the floor is committed with the answer (Recovery.answer is one transaction)."""
    for round_number in range(12):
        name = f"user{round_number}"
        world.add(name)
        key = world.enrol(name)
        settled_step()
        begun = world.begin(name)
        code = app_code(key)
        with world.daemon.connect() as peer:
            peer.start("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=code)
            time.sleep(round_number * 0.0006)
            accepted = False
            if round_number % 2 == 0:
                peer.finish("recovery.answer")
                accepted = True
            world.daemon.kill()
            if not accepted:
                try:
                    peer.finish("recovery.answer")
                    accepted = True
                except (sspr.Closed, OSError):
                    pass
        world.daemon.start()
        replayed = world.begin(name)
        result = outcome(world, replayed, "totp", code)
        if accepted:
            assert result == "refused", f"round {round_number}: accepted twice"
        else:
            recorded = [e for e in world.events("proof.answered", account=name, method="totp") if e["outcome"] == "succeeded"]
            assert len(recorded) == 1, "accepted twice, or never"
    world.verify()


def test_attack_B3_parallel_guesses_are_all_charged(world):
    """Guard: Counters.chargeRecovery runs in the transaction that compares."""
    guesses = 40
    # One account's limit is crossed once: several accounts, and all guesses are there before the daemon sees the first.
    for name in ("alice", "bob", "carol", "dave", "erin"):
        world.add(name)
        key = world.enrol(name)
        begun = world.begin(name)
        handle, choice = begun["handle"], world.choice(begun, "totp")
        with contextlib.ExitStack() as stack:
            peers = [stack.enter_context(world.daemon.connect()) for _ in range(guesses)]
            os.kill(world.daemon.process.pid, signal.SIGSTOP)
            try:
                for number, peer in enumerate(peers):
                    for turn in range(2):
                        peer.start("recovery.answer", handle=handle, choice=choice, code=f"{number * 7919 + turn:06d}")
            finally:
                os.kill(world.daemon.process.pid, signal.SIGCONT)
            results = [peer.receive_frame() for peer in peers for _ in range(2)]
        results = ["accepted" if kind == sspr.REPLY else sspr.FAILURES[cbor2.loads(body)[1]] for kind, _, _, body in results]
        assert results.count("refused") == LIMIT, {r: results.count(r) for r in results}
        assert results.count("throttled") == 2 * guesses - LIMIT, {r: results.count(r) for r in results}
        assert outcome(world, begun, "totp", app_code(key)) == "throttled"
        assert len(world.events("proof.answered", account=name, outcome="refused")) == LIMIT


def test_attack_B7_pipelining_gains_nothing(world):
    """Guard: one request in work per connection; the charge is per account."""
    world.add("alice")
    world.enrol("alice")
    begun = world.begin("alice")
    handle, choice = begun["handle"], world.choice(begun, "totp")
    frames = 2000
    with world.daemon.connect() as peer:
        peer.socket.settimeout(60)
        sender = threading.Thread(target=lambda: [
            peer.start("recovery.answer", handle=handle, choice=choice, code=f"{n:06d}") for n in range(frames)])
        sender.start()
        results, order = [], []
        for _ in range(frames):
            kind, _, identifier, body = peer.receive_frame()
            order.append(identifier)
            results.append("accepted" if kind == sspr.REPLY else sspr.FAILURES[cbor2.loads(body)[1]])
        sender.join()
    assert order == sorted(order), "requests of one connection were answered out of their order"
    assert results.count("refused") == LIMIT and results.count("throttled") == frames - LIMIT
    assert resident_kib(world.daemon.process.pid) < 200_000


def test_attack_B9_right_codes_in_parallel_lock_nobody_out(world):
    """Guard: a used code refunds its charge (ProofVerdict.used)."""
    world.add("alice")
    key = world.enrol("alice")
    settled_step()
    begun = [world.begin("alice") for _ in range(10)]
    code, results, lock = app_code(key), [], threading.Lock()

    def right(number):
        result = outcome(world, begun[number % 10], "totp", code)
        with lock:
            results.append(result)

    threads = [threading.Thread(target=right, args=(n,)) for n in range(50)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(results) == ["accepted"] + ["refused"] * 49, results
    answered = world.events("proof.answered", account="alice")
    assert [e["outcome"] for e in answered].count("used") == 49
    shown = world.call("accounts.show", account="alice")
    assert "recoveryBlockedUntil" not in shown
    # The count is 0: four wrong ones are still refused, not throttled.
    fresh = world.begin("alice")
    assert [outcome(world, fresh, "email", f"{n:08d}") for n in range(4)] == ["refused"] * 4


def test_attack_B9_right_passwords_in_parallel_lock_nobody_out(folder):
    """Guard: AttemptGate lets one attempt at an account's password be pending at a time."""
    # Slow hashing: the others are there before the first is settled.
    daemon = Daemon(folder, hashing="hashing: {passes: 6, memoryKiB: 65536}\n").start()
    world = World(daemon)
    try:
        world.add("alice")
        results, lock = [], threading.Lock()

        def attempt(password):
            with daemon.connect() as peer:
                while True:
                    try:
                        peer.call("signin.authenticate", account="alice", password=password)
                        result = "accepted"
                    except sspr.Failed as failed:
                        result = failed.name
                    if result != "busy":
                        break
                    time.sleep(0.02)
            with lock:
                results.append(result)

        # One wrong one comes first: those that are pending with it are no failures, and it locks nobody out.
        threads = [threading.Thread(target=attempt, args=(password,)) for password in ["a wrong sentence"] + [PASSWORD] * 20]
        threads[0].start()
        time.sleep(0.02)
        [t.start() for t in threads[1:]]
        [t.join() for t in threads]
        assert sorted(results) == ["accepted"] * 20 + ["refused"], results
        assert world.events("signin.locked") == []
        assert "signInLockedUntil" not in world.call("accounts.show", account="alice")
    finally:
        daemon.stop()


def test_attack_B10_counters_survive_a_restart(world):
    """Guard: counters are rows."""
    world.add("alice")
    key = world.enrol("alice")
    begun = world.begin("alice")
    assert [outcome(world, begun, "totp", f"{n:06d}") for n in range(LIMIT - 1)] == ["refused"] * (LIMIT - 1)
    world.daemon.kill()
    world.daemon.start()
    assert outcome(world, begun, "email", "00000000") == "refused"
    assert outcome(world, begun, "totp", app_code(key)) == "throttled"
    assert world.refusal("recovery.begin", account="alice", purpose="reset") == "throttled"
    # Sign-in is untouched (feature F11).
    world.call("signin.authenticate", account="alice", password=PASSWORD)


def test_attack_B13_app_keys_have_160_bits(world):
    """Guard: Registration.keyBytes; there is no call that takes a key from outside."""
    world.add("alice")
    handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
    keys = {world.call("registration.begin", handle=handle, kind="totp")["key"] for _ in range(20)}
    assert len(keys) == 20 and all(len(key) == 20 for key in keys)
    short = sspr.encode({1: handle, 2: "totp", 3: b"\1" * 10})
    with world.daemon.connect() as peer, pytest.raises(sspr.Failed) as failed:
        peer.raw(sspr.CALLS["registration.begin"]["number"], short)
    assert failed.value.name == "malformed"


def test_attack_B14_exactly_two_time_steps_are_accepted(world):
    """Guard: AppCodeCheck.verdict looks at T-1 and T only."""
    offsets = range(-120, 121)
    steps = sorted({(int(time.time()) + offset) // 30 - int(time.time()) // 30 for offset in offsets})
    assert steps[0] <= -4 and steps[-1] >= 4
    accepted = []
    for step in steps:
        name = f"user{step + 10}"
        world.add(name)
        settled_step()
        handle = world.call("registration.prove", account=name, password=PASSWORD)["handle"]
        begun = world.call("registration.begin", handle=handle, kind="totp")
        try:
            world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=app_code(begun["key"], offset=step))
            accepted.append(step)
        except sspr.Failed as failed:
            assert failed.name == "refused"
    assert accepted == [-1, 0]


def test_attack_B5_a_new_code_keeps_the_count(world):
    """Guard: the account's counter is not the code's; Challenges.sendCode copies the tries."""
    world.add("alice")
    key = world.enrol("alice")
    begun = world.begin("alice")
    world.mailed(begun)
    for n in range(LIMIT - 1):
        assert outcome(world, begun, "email", f"{n:08d}") == "refused"
    other = world.begin("alice")
    fresh = world.mailed(other)
    assert outcome(world, other, "totp", "000000") == "refused"
    assert outcome(world, other, "email", fresh) == "throttled"
    assert outcome(world, begun, "totp", app_code(key)) == "throttled"


def test_attack_B8_a_block_never_touches_sign_in(world):
    """Guard: recovery and sign-in have counters of their own (CounterKind)."""
    world.add("alice")
    world.enrol("alice")
    begun = world.begin("alice")
    for n in range(LIMIT + 3):
        outcome(world, begun, "totp", f"{n:06d}")
    world.call("signin.authenticate", account="alice", password=PASSWORD)
    world.call("signin.change", account="alice", current=PASSWORD, new=NEW_PASSWORD)
    world.call("signin.authenticate", account="alice", password=NEW_PASSWORD)


def test_sign_in_locks_after_ten_and_only_for_a_while(folder):
    """feature F7: 10 failures lock for 60 s, the next one for 120 s; the same mistake does not count again."""
    clock = folder / "clock"
    clock.write_text("+0s")
    daemon = Daemon(folder, env=fake_clock(clock)).start()
    world = World(daemon)
    try:
        world.add("alice")

        def attempt(password):
            try:
                world.call("signin.authenticate", account="alice", password=password)
                return "accepted"
            except sspr.Failed as failed:
                return failed.name

        assert [attempt("the same mistake again") for _ in range(15)] == ["refused"] * 15
        assert [attempt(f"wrong sentence {n}") for n in range(9)] == ["refused"] * 9
        assert attempt(PASSWORD) == "throttled"
        clock.write_text("+61s")
        assert attempt("one more wrong sentence") == "refused"
        clock.write_text("+140s")
        assert attempt(PASSWORD) == "throttled"
        clock.write_text("+190s")
        assert attempt(PASSWORD) == "accepted"
        assert len(world.events("signin.locked")) == 2
    finally:
        daemon.stop()
