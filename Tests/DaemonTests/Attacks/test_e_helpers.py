"""Attacks of spec/attacks.md: PAM helpers and agents. Beside each test stands the guard that it defends."""

import os
import signal
import socket
import subprocess
import threading
import time

import sspr
from harness import PASSWORD, client_program


def pam(path, user="alice", token=PASSWORD + "\0", kind="auth", **environment):
    """Calls the helper exactly as pam_exec does: PAM_* in the environment, the token with its NUL on standard input."""
    command = [client_program(), "pam", kind] + (["--socket", str(path)] if path else [])
    return subprocess.run(command, input=token, text=True, capture_output=True, timeout=30,
                          env={"PAM_USER": user, "PAM_TYPE": kind, "PAM_SERVICE": "test", **environment})


class Puppet:
    """A server that answers with any bytes."""

    def __init__(self, path, answer):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(16)
        self.answer = answer
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            try:
                request = connection.recv(4096)
                connection.sendall(self.answer(request))
            except OSError:
                pass
            connection.close()


def test_attack_E3_only_a_yes_is_a_yes(world, folder):
    """Guard: the helper's exit code is 0 only behind the one reply that means yes."""
    world.add("alice")
    assert pam(world.daemon.socket).returncode == 0
    assert pam(world.daemon.socket, token="wrong\0").returncode != 0
    answers = {
        "nothing": lambda request: b"",
        "garbage": lambda request: os.urandom(64),
        "another version": lambda request: sspr.HEADER.pack(1, 2, 2, 0x0101, 1) + b"\xa0",
        "another id": lambda request: sspr.HEADER.pack(1, 1, 2, 0x0101, 77) + b"\xa0",
        "another method": lambda request: sspr.HEADER.pack(1, 1, 2, 0x0002, int.from_bytes(request[8:12], "big")) + b"\xa0",
        "a failure": lambda request: sspr.HEADER.pack(3, 1, 3, 0x0101, int.from_bytes(request[8:12], "big")) + b"\xa1\x01\x04",
        "an unknown failure": lambda request: sspr.HEADER.pack(5, 1, 3, 0x0101, int.from_bytes(request[8:12], "big")) + b"\xa1\x01\x19\x27\x0f",
        "a request": lambda request: request,
        "a cut reply": lambda request: sspr.HEADER.pack(9, 1, 2, 0x0101, int.from_bytes(request[8:12], "big")) + b"\xa0",
        "a reply that is no map": lambda request: sspr.HEADER.pack(1, 1, 2, 0x0101, int.from_bytes(request[8:12], "big")) + b"\x00",
    }
    for number, (name, answer) in enumerate(answers.items()):
        path = folder / f"puppet{number}"
        puppet = Puppet(path, answer)
        assert pam(path).returncode != 0, name
        puppet.listener.close()
    assert pam(folder / "absent").returncode != 0


def test_attack_E3_a_daemon_killed_in_mid_call_is_no_yes(world):
    """Guard: a closed connection is an error."""
    world.add("alice")
    results = []
    for delay in (0.0, 0.002, 0.004, 0.008):
        thread = threading.Thread(target=lambda: results.append(pam(world.daemon.socket, token="wrong sentence\0").returncode))
        thread.start()
        time.sleep(delay)
        world.daemon.kill()
        thread.join()
        world.daemon.start()
    assert all(code != 0 for code in results), results


def test_attack_E2_a_stopped_daemon_holds_no_login(world):
    """Guard: the helper's total time limit."""
    world.add("alice")
    os.kill(world.daemon.process.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert pam(world.daemon.socket).returncode != 0
        assert time.monotonic() - began < 20
    finally:
        os.kill(world.daemon.process.pid, signal.SIGCONT)


def test_attack_E4_empty_and_unknown_are_refused(world):
    """Guard: Surroundings.comparable refuses the empty password; names map to nobody else."""
    world.add("alice")
    world.add("root-like", uid=0)
    for user, token in (("alice", "\0"), ("alice", ""), ("", PASSWORD + "\0"), ("ghost", PASSWORD + "\0"), ("ghost", "\0"), ("0", PASSWORD + "\0"),
                        ("root", PASSWORD + "\0"), ("root", "\0"), ("alice\n", PASSWORD + "\0")):
        assert pam(world.daemon.socket, user=user, token=token).returncode != 0, (user, token)
    assert world.refusal("signin.authenticate", account="alice", password=b"") == "malformed"
    assert world.refusal("signin.authenticate", account="ghost", password=b"") == "malformed"


def test_attack_E9_the_environment_does_not_count(world, folder):
    """Guard: the helper reads PAM_* only; a password at PAM's cut length is an error."""
    world.add("alice")
    hostile = {"SSPR_SOCKET": str(folder / "squatter"), "HOME": str(folder), "LD_PRELOAD": "/nonexistent.so", "LD_LIBRARY_PATH": str(folder)}
    assert pam(world.daemon.socket, **hostile).returncode == 0
    # Nor does it lead where no argument leads.
    assert pam(None, SSPR_SOCKET=str(world.daemon.socket)).returncode == 69
    before = len(world.events("signin.answered"))
    assert pam(world.daemon.socket, token="x" * 600 + "\0").returncode != 0
    assert len(world.events("signin.answered")) == before, "a cut password was sent"


def test_attack_E10_no_byte_of_a_password_is_ignored(world):
    """Guard: the whole normalised password is hashed."""
    for length in (72, 128, 1023):
        name = f"user{length}"
        password = "é" * 100 if length == 128 else "x" * min(length + 1, 256)
        if length == 1023:
            password = "\U0001F511" * 256  # 256 characters of four bytes: 1024 bytes
        world.add(name, password=password)
        changed = password[:-1] + ("y" if password[-1] != "\U0001F511" else "\U0001F512")
        assert changed.encode()[:length if length < 1023 else 1020] == password.encode()[:length if length < 1023 else 1020] or length == 128
        assert world.refusal("signin.authenticate", account=name, password=changed) == "refused"
        assert world.refusal("signin.authenticate", account=name, password=password[:-1]) == "refused"
        world.call("signin.authenticate", account=name, password=password)
    # Two spellings of one text are one password (RFC 8265 OpaqueString).
    world.add("zoe", password="une phrase assez r\u00e9ussie")
    world.call("signin.authenticate", account="zoe", password="une phrase assez re\u0301ussie")
    assert world.refusal("accounts.add", account="long", password="x" * 257) == "passwordRefused"
