"""Attacks of spec/attacks.md: the socket and who is behind it. Beside each test stands the guard that it defends."""

import array
import contextlib
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import threading
import time

import cbor2
import pytest
import sspr
from harness import PASSWORD, ROOT, Daemon, World, as_uid, client_program, needs_root, wait_until

USER, OTHER = 1000, 1001
PRIVILEGED = [("accounts.list", {}), ("audit.read", {"after": 0}), ("agents.claimDelivery", {}),
              ("signin.authenticate", {"account": "alice", "password": PASSWORD}),
              ("accounts.add", {"account": "mallory", "password": PASSWORD})]


def unprivileged(answers):
    """True when every call was denied."""
    return [answer for answer in answers if answer != ("failure", "denied")] == []


@needs_root
def test_attack_D1_the_peers_own_socket_name_means_nothing(world):
    """Guard: Peer is built from SO_PEERCRED only."""
    script = (
        "import os,sys,socket; sys.path.insert(0, sys.argv[1]); import sspr\n"
        "os.setgroups([]); os.setresgid(1000,1000,1000); os.setresuid(1000,1000,1000)\n"
        "for name in ('\\0uid=0;', '\\0@ssprd uid=0 gid=0'):\n"
        "    s = socket.socket(socket.AF_UNIX); s.bind(name); s.connect(sys.argv[2])\n"
        "    c = sspr.Client.__new__(sspr.Client); c.socket = s; c.next_id = 1; c.path = sys.argv[2]\n"
        "    try: c.call('accounts.list'); print('ANSWERED')\n"
        "    except sspr.Failed as f: print(f.name)\n"
        "    print(sorted(c.call('service.hello')['roles']))\n")
    out = subprocess.run([sys.executable, "-c", script, str(ROOT / "Tests/DaemonTests/Interop"), str(world.daemon.socket)],
                         capture_output=True, text=True, check=True).stdout.split("\n")
    assert out[:4] == ["denied", "['person']", "denied", "['person']"], out


@needs_root
def test_attack_D2_a_recycled_pid_decides_nothing(world):
    """Guard: the pid is for the log only; roles are taken once at accept."""
    world.add("alice", uid=USER)
    # The connecting process passes its connection on and dies before the daemon looks; whoever gets its pid changes nothing.
    ours, theirs = socket.socketpair()
    os.kill(world.daemon.process.pid, signal.SIGSTOP)
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setresgid(USER, USER, USER)
        os.setresuid(USER, USER, USER)
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(world.daemon.socket))
        socket.send_fds(theirs, [b"x"], [connection.fileno()])
        os._exit(0)
    _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
    os.waitpid(child, 0)
    heir = heir_of(child)
    os.kill(world.daemon.process.pid, signal.SIGCONT)
    client = sspr.Client.__new__(sspr.Client)
    client.socket, client.next_id, client.path = socket.socket(fileno=descriptors[0]), 1, str(world.daemon.socket)
    for name, fields in PRIVILEGED:
        with pytest.raises(sspr.Failed) as failed:
            client.call(name, **fields)
        assert failed.value.name == "denied"
    assert client.call("service.hello")["roles"] == ["person"]
    client.close()
    if heir:
        heir.kill()
        heir.wait()


def heir_of(pid):
    """A process of root's with the number of one that has died, where the kernel lets us choose it; else nobody has it."""
    for _ in range(50):
        try:
            pathlib.Path("/proc/sys/kernel/ns_last_pid").write_text(str(pid - 1))
        except OSError:
            return None
        process = subprocess.Popen(["sleep", "60"])
        if process.pid == pid:
            return process
        process.kill()
        process.wait()
    return None


@needs_root
def test_attack_D3_hasty_peers_get_no_role(world):
    """Guard: credentials at accept; any error means no role and a closed connection."""
    script = (
        "import os,sys,socket; sys.path.insert(0, sys.argv[1]); import sspr\n"
        "os.setgroups([]); os.setresgid(1000,1000,1000); os.setresuid(1000,1000,1000)\n"
        "body = sspr.encode({1: 'mallory', 4: b'a very long password indeed'})\n"
        "frame = sspr.HEADER.pack(len(body), 1, 1, sspr.CALLS['accounts.add']['number'], 1) + body\n"
        "for n in range(int(sys.argv[3])):\n"
        "    s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[2])\n"
        "    try: s.sendall(frame)\n"
        "    except OSError: pass\n"
        "    s.close()\n")
    command = [sys.executable, "-c", script, str(ROOT / "Tests/DaemonTests/Interop"), str(world.daemon.socket)]
    subprocess.run([*command, "5000"], check=True, timeout=120)
    # Nobody waits at the door any more: it has room for those who come while the daemon is stopped.
    wait_until(lambda: not is_busy(world), what="the end of the first queue")
    # Some are gone, process and all, before the daemon comes to look at them.
    os.kill(world.daemon.process.pid, signal.SIGSTOP)
    try:
        subprocess.run([*command, "50"], check=True, timeout=60)
    finally:
        os.kill(world.daemon.process.pid, signal.SIGCONT)
    wait_until(lambda: not is_busy(world), what="the end of the queue")
    assert world.call("accounts.list")["accounts"] == []
    assert world.events("account.added") == []


def is_busy(world):
    """Whether there is something to do: whoever is let in by mistake keeps the daemon hashing."""
    try:
        world.call("accounts.list")
    except sspr.Failed as failed:
        assert failed.name == "busy", failed
        return True
    return False


@needs_root
@pytest.mark.parametrize("uid", [2147483648, 4294967294])
def test_attack_D4_large_uids_are_only_people(world, uid):
    """Guard: uids are unsigned 32-bit numbers."""
    world.add("alice", uid=USER)
    answers = as_uid(uid, world.daemon.socket, [("service.hello", {}), *PRIVILEGED,
                                                ("recovery.begin", {"account": "alice", "purpose": "reset"})], gid=100)
    assert answers[0][1]["roles"] == ["person"]
    assert unprivileged(answers[1:]), answers


@needs_root
def test_attack_D5_namespace_root_and_the_overflow_uid_are_nobody(folder):
    """Guard: RoleMap knows the overflow ids; the kernel's view decides."""
    daemon = Daemon(folder).start()
    world = World(daemon)
    try:
        world.add("nobody", uid=None)
        overflow = int(open("/proc/sys/kernel/overflowuid").read())
        answers = as_uid(overflow, daemon.socket, [("service.hello", {}), *PRIVILEGED], gid=overflow)
        assert unprivileged(answers[1:]), answers
        assert answers[0] == ("failure", "denied") or answers[0][1]["roles"] == [], answers[0]
        # Nothing of this checkout is read in there: it may lie where another uid cannot go.
        script = ("import socket, sys\n"
                  "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
                  "s.sendall(bytes([0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0xa0])); print(s.recv(4096)[12:].hex())\n")
        inside = subprocess.run(
            ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "unshare", "-Ur", "/usr/bin/python3", "-c", script,
             str(daemon.socket)], capture_output=True, text=True)
        if inside.returncode != 0 and "unshare" in inside.stderr:
            pytest.skip(f"SKIPPED: user namespaces are not permitted: {inside.stderr.strip()}")
        assert cbor2.loads(bytes.fromhex(inside.stdout.strip()))[3] == ["person"], inside
    finally:
        daemon.stop()


@needs_root
def test_attack_D5_overflow_ids_in_the_role_list_refuse_the_start(folder):
    """Guard: RoleMap.validate."""
    overflow = int(open("/proc/sys/kernel/overflowuid").read())
    daemon = Daemon(folder, configuration=f"roles: {{helper: {{users: [{overflow}]}}}}\n").spawn()
    assert refused_start(daemon) == 78
    assert "strangers" in daemon.log.read_text()


@pytest.mark.parametrize("holders", ["groups: [wheel]", 'groups: ["10"]', "users: [alice]", "groups: [-1]", "groups: [4294967295]"])
def test_attack_D7_role_holders_are_numbers_and_never_looked_up(folder, holders):
    """Guard: DocumentNode.identifiers; the daemon asks NSS for nothing, so that no failing look-up can become group 0."""
    daemon = Daemon(folder, configuration=f"roles: {{helper: {{{holders}}}}}\n").spawn()
    assert refused_start(daemon) == 78
    assert "numeric ids" in daemon.log.read_text()


def refused_start(daemon):
    """The status with which a daemon ends instead of serving."""
    wait_until(lambda: daemon.process.poll() is not None or is_open(daemon), what="an end, or a start")
    if daemon.process.poll() is None:
        daemon.stop()
        return "it serves"
    return daemon.process.returncode


def is_open(daemon):
    with contextlib.suppress(OSError, sspr.Closed), daemon.connect() as peer:
        peer.call("service.ping")
        return True
    return False


@needs_root
def test_attack_D6_supplementary_groups_count_and_the_deny_list_wins(folder):
    """Guard: SO_PEERGROUPS at accept; RoleMap.deny."""
    daemon = Daemon(folder, configuration="roles: {auditor: {groups: [4242]}}\ndenied: [1002]\n").start()
    try:
        call = [("audit.read", {"after": 0})]
        assert as_uid(USER, daemon.socket, call, groups=[4242])[0][0] == "reply"
        assert as_uid(USER, daemon.socket, call, gid=4242)[0][0] == "reply"
        assert as_uid(USER, daemon.socket, call) == [("failure", "denied")]
        denied = as_uid(1002, daemon.socket, call, groups=[4242])
        assert denied[0][0] in ("failure", "closed") and denied[0][1] != "reply", denied
    finally:
        daemon.stop()


@needs_root
def test_attack_D8_an_open_socket_still_has_its_table(world):
    """Guard: the role table; the file's mode is not what decides."""
    os.chmod(world.daemon.socket, 0o666)
    assert unprivileged(as_uid(USER, world.daemon.socket, PRIVILEGED))


@pytest.mark.parametrize("spoiled", ["symlink", "writable"])
def test_attack_D9_a_spoiled_socket_folder_refuses_the_start(folder, spoiled):
    """Guard: ListeningSocket opens the folder without following links and looks at its mode."""
    daemon = Daemon(folder)
    run = daemon.socket.parent
    if spoiled == "symlink":
        elsewhere = folder / "elsewhere"
        elsewhere.mkdir()
        run.rmdir()
        run.symlink_to(elsewhere)
    else:
        run.chmod(0o777)
    daemon.spawn()
    assert refused_start(daemon) == 69
    text = daemon.log.read_text()
    assert str(run) in text, text
    assert not daemon.socket.exists() and not (folder / "elsewhere" / "s").exists()


@needs_root
def test_attack_D10_a_squatter_gets_no_secret(folder):
    """Guard: the client checks the server's uid before it sends anything."""
    run = folder / "run"
    run.mkdir(mode=0o777)
    run.chmod(0o777)
    path = run / "s"
    script = (
        "import os,socket,sys\n"
        "os.setgroups([]); os.setresgid(1001,1001,1001); os.setresuid(1001,1001,1001)\n"
        "s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); print('ready', flush=True)\n"
        "c, _ = s.accept(); c.settimeout(5)\n"
        "got = b''\n"
        "try:\n"
        "    while True:\n"
        "        part = c.recv(4096)\n"
        "        if not part: break\n"
        "        got += part\n"
        "except OSError: pass\n"
        "print(got.hex() or 'nothing', flush=True)\n")
    squatter = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True)
    assert squatter.stdout.readline().strip() == "ready"
    client = subprocess.run([client_program(), "pam", "auth", "--socket", str(path)], input=PASSWORD + "\0", text=True,
                            capture_output=True, env={"PAM_USER": "alice", "PAM_TYPE": "auth"}, timeout=30)
    assert client.returncode != 0
    assert squatter.stdout.readline().strip() == "nothing"
    squatter.wait(10)


def test_attack_D11_passed_descriptors_are_dropped(world):
    """Guard: frames are read without ancillary data, so the kernel drops what comes with them."""
    pid = world.daemon.process.pid
    before = len(os.listdir(f"/proc/{pid}/fd"))
    null = os.open("/dev/null", os.O_RDONLY)
    body = sspr.encode({})
    for number in range(40):
        with world.daemon.connect() as peer:
            frame = sspr.HEADER.pack(len(body), 1, 1, 2, number) + body
            peer.socket.sendmsg([frame], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [null] * 253))])
            try:
                peer.receive_frame()
            except sspr.Closed:
                pass
            assert len(os.listdir(f"/proc/{pid}/fd")) < before + 10
    os.close(null)
    wait_until(lambda: len(os.listdir(f"/proc/{pid}/fd")) <= before + 1, what="the descriptors' end")
    world.call("service.ping")


@needs_root
def test_attack_D13_a_person_acts_for_their_own_account_only(world):
    """Guard: Dispatcher checks ownership; the answer is the same for somebody else's account and for none."""
    world.add("alice", uid=USER)
    world.add("bob", uid=OTHER)
    world.enrol("alice")
    person = [call for call in sspr.CALLS.values() if call["person"] == "the account with the peer's uid"]
    assert len(person) >= 4
    samples = {"password": PASSWORD, "current": PASSWORD, "new": "another good sentence", "purpose": "reset"}

    def fields(call, account):
        needed = {f["name"] for f in call["request"]["fields"] if not f["optional"]}
        return {name: account if name == "account" else samples[name] for name in needed}

    for call in person:
        for name in ("alice", "ghost"):
            assert as_uid(OTHER, world.daemon.socket, [(call["name"], fields(call, name))]) == [("failure", "denied")], call["name"]
        assert as_uid(OTHER, world.daemon.socket, [(call["name"], fields(call, "bob"))]) != [("failure", "denied")], call["name"]
    begun = world.begin("alice")
    handle = [("recovery.send", {"handle": begun["handle"], "choice": 1}), ("recovery.cancel", {"handle": begun["handle"]})]
    assert as_uid(OTHER, world.daemon.socket, handle) == [("failure", "refused")] * 2


@needs_root
def test_attack_A9_every_call_by_every_role_is_in_the_golden_file(folder):
    """Guard: one table decides. `roles.golden.json` is compared; unknown methods are refused alike."""
    roles = ["administrator", "auditor", "helper", "helpdesk", "courier", "writeback"]
    lines = "".join(f"  {role}: {{users: [{2000 + n}]}}\n" for n, role in enumerate(roles))
    daemon = Daemon(folder, configuration="roles:\n" + lines).start()
    try:
        matrix = {}
        for n, role in enumerate([*roles, "person"]):
            hello = as_uid(2000 + n, daemon.socket, [("service.hello", {})])[0][1]
            allowed = {name for name, call in sspr.CALLS.items() if call["number"] in hello["methods"]}
            matrix[role] = sorted(allowed)
        golden = pathlib.Path(__file__).with_name("roles.golden.json")
        assert matrix == json.loads(golden.read_text()), json.dumps(matrix, indent=1)
        # And what hello says is what happens: 0..1023 as a plain person, one identical refusal but for the person's own calls.
        script = (
            "import os,sys; sys.path.insert(0, sys.argv[1]); import sspr\n"
            "os.setgroups([]); os.setresgid(1000,1000,1000); os.setresuid(1000,1000,1000)\n"
            "mine = set(sspr.Client(sys.argv[2]).call('service.hello')['methods']); odd = []\n"
            "c = sspr.Client(sys.argv[2])\n"
            "for n in list(range(0, 2048)) + list(range(2048, 65536, 97)) + [65535]:\n"
            "    if n in mine: continue\n"
            "    c.send_frame(n, b'\\xa0'); k, m, i, b = c.receive_frame()\n"
            "    if (k, b) != (3, b'\\xa1\\x01\\x02'): odd.append((n, k, b.hex()))\n"
            "print(odd)\n")
        out = subprocess.run([sys.executable, "-c", script, str(ROOT / "Tests/DaemonTests/Interop"), str(daemon.socket)],
                             capture_output=True, text=True, check=True).stdout
        assert out.strip() == "[]", out
    finally:
        daemon.stop()


def hostile(seed, count):
    """Frames that no client would send: random, mutated, cut, nested."""
    dice = random.Random(seed)
    numbers = [call["number"] for call in sspr.CALLS.values()]
    seeds = [sspr.encode(v) for v in ({}, {1: "alice", 2: b"x" * 15}, {1: b"h" * 32, 2: 1, 3: "123456"}, {1: 2**63, 2: [1, [2, [3]]]})]
    for _ in range(count):
        body = bytearray(dice.choice(seeds))
        for _ in range(dice.randrange(1, 6)):
            move = dice.randrange(4)
            if move == 0 and body:
                body[dice.randrange(len(body))] = dice.randrange(256)
            elif move == 1:
                body.insert(dice.randrange(len(body) + 1), dice.randrange(256))
            elif move == 2 and body:
                del body[dice.randrange(len(body)):]
            else:
                body += bytes(dice.randrange(256) for _ in range(dice.randrange(8)))
        yield dice.choice(numbers), bytes(body)
    for body in (b"\x81" * 2000, b"\xbb" + b"\xff" * 8, b"\x5b" + b"\x7f" + b"\xff" * 7, b"\x9b\x00\x00\x01\x00\x00\x00\x00\x00", b"\xc1" * 2000):
        for number in numbers:
            yield number, body


def test_attack_D14_no_input_stops_the_daemon(world):
    """Guard: the validator; every refusal is an answer or a closed door."""
    pid = world.daemon.process.pid
    peer = world.daemon.connect()
    waiting = {call["number"] for call in sspr.CALLS.values() if call["cost"] == "waiting"}
    for number, body in hostile(14, 6000):
        if number in waiting:
            continue
        try:
            peer.send_frame(number, body)
            kind, *_ = peer.receive_frame()
            assert kind in (sspr.REPLY, sspr.FAILURE)
        except (sspr.Closed, ConnectionError):
            peer.close()
            peer = world.daemon.connect()
    peer.close()
    assert world.daemon.process.poll() is None and world.daemon.process.pid == pid
    world.call("service.ping")


def test_frames_that_cannot_be_framed_close_the_connection(world):
    """PROTOCOL.md section 2: too long, another version, another kind: closed without an answer; nothing else happens."""
    for change in ({"version": 2}, {"version": 0}, {"kind": 2}, {"kind": 3}, {"kind": 9}, {"length": 70_000}, {"length": 2**32 - 1},
                   {"length": 2049}):
        with world.daemon.connect() as peer:
            peer.send_frame(2, b"\xa0", **change)
            with pytest.raises((sspr.Closed, ConnectionError)):
                peer.receive_frame()
    with world.daemon.connect() as peer:  # at the limit the connection lives
        peer.send_frame(2, b"\xa0" + b"\0" * 2047)
        assert peer.receive_frame()[0] == sspr.FAILURE
        peer.call("service.ping")


def test_a_slow_frame_closes_its_connection_and_disturbs_nobody(world):
    """PROTOCOL.md section 6: a frame has 10 s from its first byte."""
    slow = world.daemon.connect()
    began = time.monotonic()
    slow.socket.sendall(b"\0")
    stop = threading.Event()

    def others():
        with world.daemon.connect() as peer:
            while not stop.is_set():
                peer.call("service.ping")

    thread = threading.Thread(target=others)
    thread.start()
    slow.socket.settimeout(40)
    assert slow.socket.recv(1) == b""
    stop.set()
    thread.join()
    assert 9 <= time.monotonic() - began <= 40
    slow.close()
