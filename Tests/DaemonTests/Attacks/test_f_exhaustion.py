"""Attacks of spec/attacks.md: exhaustion. Beside each test stands the guard that it defends. Limits are behaviour, with a factor of four."""

import contextlib
import os
import resource
import socket
import subprocess
import sys
import threading
import time

import pytest
import sspr
from harness import Daemon, World, as_uid, needs_root, resident_kib, traced, wait_until

pytestmark = pytest.mark.alone

FLOOD = """
import os, socket, sys, time
os.setgroups([]); os.setresgid(1000, 1000, 1000); os.setresuid(1000, 1000, 1000)
kind, path, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
held = []
for n in range(count):
    s = socket.socket(socket.AF_UNIX)
    try:
        s.settimeout(5); s.connect(path)
        if kind == "half": s.send(b"\\0\\0\\0")
        if kind == "unread":
            s.setblocking(False)
            try: s.send(b"\\0\\0\\0\\1\\1\\1\\0\\2\\0\\0\\0\\1\\xa0" * 4000)
            except OSError: pass
        held.append(s)
    except OSError: s.close()
print(len(held), flush=True)
sys.stdin.read()
"""


@needs_root
@pytest.mark.parametrize("kind", ["silent", "half", "unread"])
def test_attack_F1_one_uid_takes_nobodys_seat(folder, kind):
    """Guard: Admission's seats per uid and its reserve; deadlines; bounded buffers."""
    # Fewer seats in all than the flood wants: it would take every one of them.
    daemon = Daemon(folder, wrap=["prlimit", "--nofile=512:512"]).start()
    World(daemon).add("bob", uid=1001)
    flood = subprocess.Popen([sys.executable, "-c", FLOOD, kind, str(daemon.socket), "900"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    try:
        flood.stdout.readline()
        began = time.monotonic()
        assert as_uid(1001, daemon.socket, [("service.ping", {})]) == [("reply", {})]
        with daemon.connect() as courier:
            courier.call("service.ping")
        assert time.monotonic() - began < 4
        assert resident_kib(daemon.process.pid) < 256 * 1024
        assert daemon.process.poll() is None
    finally:
        flood.stdin.close()
        flood.wait(20)
        daemon.stop()


@needs_root
def test_attack_F1_nobody_fills_the_trail(world):
    """Guard: an invented grant leaves no event (Recovery.take); what a person's calls leave has a rate (CallRate.person)."""
    world.add("alice", uid=1000)
    before = len(world.audit())
    invented = [("recovery.reset", {"account": "alice", "grant": bytes([n]) * 32, "password": "a quite long sentence"}) for n in range(250)]
    began = time.monotonic()
    answers = as_uid(6666, world.daemon.socket, invented)
    heard = answers.count(("failure", "refused"))
    # Two a second are let in again, however long the calls take here.
    assert 120 <= heard <= 121 + 2 * (time.monotonic() - began)
    assert answers[:120] == [("failure", "refused")] * 120 and answers.count(("failure", "busy")) == len(answers) - heard > 0
    assert len(world.audit()) == before
    wrong = [("signin.change", {"account": "alice", "current": f"wrong {n}", "new": "a quite long sentence"}) for n in range(250)]
    answers = as_uid(1000, world.daemon.socket, wrong)
    assert answers.count(("failure", "busy")) >= 100, answers
    assert len(world.audit()) - before < 300


@pytest.mark.parametrize("limit", [40, 1100])
def test_attack_F2_few_descriptors_never_stop_the_daemon(folder, limit):
    """Guard: seats follow RLIMIT_NOFILE; accept pauses instead of failing."""
    daemon = Daemon(folder, wrap=["prlimit", f"--nofile={limit}:{limit}"])
    daemon.spawn()
    wait_until(lambda: daemon.process.poll() is not None or answered(daemon), what="a start or a clear end")
    if daemon.process.poll() is not None:
        # Too few to serve at all is a clear error, not a crash.
        assert limit == 40 and daemon.process.returncode in (71, 78), daemon.log.read_text()
        assert "descriptor" in daemon.log.read_text()
        return
    ours = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = []
    try:
        # The flood itself needs more descriptors than the daemon has.
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit + 200, ours[1]), ours[1]))
        for _ in range(limit + 50):
            peer = socket.socket(socket.AF_UNIX)
            held.append(peer)
            with contextlib.suppress(OSError):
                peer.settimeout(2)
                peer.connect(str(daemon.socket))
        # The seats are taken, and descriptors are left for the daemon's own files.
        wait_until(lambda: is_full(daemon, limit - 80), what="a full house")
        assert open_files(daemon) < limit - 20
        for peer in held:
            peer.close()
        wait_until(lambda: answered(daemon), what="recovery after the flood")
        assert daemon.process.poll() is None
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, ours)
        daemon.stop()


def is_full(daemon, least):
    """Whether nobody comes in any more."""
    before = open_files(daemon)
    time.sleep(0.3)
    return open_files(daemon) == before > least


def open_files(daemon):
    return len(os.listdir(f"/proc/{daemon.process.pid}/fd"))


def test_attack_F2_without_descriptors_the_daemon_pauses(folder):
    """Guard: AcceptPause. Whoever asks the kernel again at once would do nothing else, and hear the same thousands of times."""
    daemon = Daemon(folder).start()
    held = []
    try:
        with traced(daemon, folder / "strace", "accept4") as log:
            subprocess.run(["prlimit", "--pid", str(daemon.process.pid), f"--nofile={open_files(daemon) + 3}:"], check=True)
            for _ in range(20):
                peer = socket.socket(socket.AF_UNIX)
                peer.connect(str(daemon.socket))
                held.append(peer)
            wait_until(lambda: "EMFILE" in log.read_text(), what="an accept without a descriptor")
            time.sleep(1)
            assert log.read_text().count("EMFILE") < 40
            for peer in held:
                peer.close()
            wait_until(lambda: answered(daemon), what="recovery")
    finally:
        daemon.stop()


def answered(daemon):
    with contextlib.suppress(OSError, sspr.Closed):
        with daemon.connect(timeout=2) as peer:
            peer.call("service.ping")
            return True
    return False


def test_attack_F3_a_huge_password_is_refused_unhashed(world):
    """Guard: the call's size limit, decided from the header."""
    world.add("alice")
    number = sspr.CALLS["signin.authenticate"]["number"]
    with world.daemon.connect() as peer:
        body = sspr.encode({1: "alice", 2: b"x" * (1 << 20)})
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            peer.send_frame(number, body)
        with pytest.raises((sspr.Closed, ConnectionError)):
            peer.receive_frame()
    # Within the frame's limit but over the secret's: malformed or refused, and not one more character is hashed.
    before = world.events("signin.answered")
    with world.daemon.connect() as peer, pytest.raises(sspr.Failed) as failed:
        peer.raw(number, sspr.encode({1: "alice", 2: b"x" * 1500}))
    assert failed.value.name == "malformed"
    assert world.events("signin.answered") == before


def test_attack_F4_hashing_is_bounded(folder):
    """Guard: HashingPool's threads and queue; what does not fit is busy and uncharged."""
    memory = 32 * 1024
    daemon = Daemon(folder, hashing=f"hashing: {{passes: 1, memoryKiB: {memory}}}\n").start()
    world = World(daemon)
    try:
        base = resident_kib(daemon.process.pid)
        results, peak, lock, stop = [], [base], threading.Lock(), threading.Event()

        def watch():
            while not stop.is_set():
                peak[0] = max(peak[0], resident_kib(daemon.process.pid))
                time.sleep(0.005)

        def attempt(number):
            with daemon.connect() as peer:
                for turn in range(20):
                    try:
                        peer.call("signin.authenticate", account=f"ghost{number}-{turn}", password="some wrong sentence")
                        name = "accepted"
                    except sspr.Failed as failed:
                        name = failed.name
                    with lock:
                        results.append(name)

        threads = [threading.Thread(target=attempt, args=(n,)) for n in range(50)] + [threading.Thread(target=watch)]
        [t.start() for t in threads]
        [t.join() for t in threads[:-1]]
        stop.set()
        threads[-1].join()
        assert len(results) == 1000 and set(results) <= {"refused", "busy"}, {r: results.count(r) for r in results}
        assert results.count("busy") > 0
        cores = len(os.sched_getaffinity(0))
        assert peak[0] <= base + cores * (memory + 4096) + 64 * 1024, (base, peak[0])
        charged = world.events("signin.answered")
        assert len(charged) == results.count("refused")
    finally:
        daemon.stop()


def test_recoveries_begun_by_one_uid_are_limited(world):
    """feature F11: 30 in one minute, then busy with a retry time."""
    results = []
    for number in range(35):
        try:
            world.begin(f"ghost{number}")
            results.append("begun")
        except sspr.Failed as failed:
            results.append(failed.name)
            assert failed.retry_after > 0
    assert results.count("begun") in range(30, 33) and results[-1] == "busy", results
