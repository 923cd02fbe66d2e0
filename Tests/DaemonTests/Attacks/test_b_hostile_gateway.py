"""Row B12 from the other side: a gateway that lies to `sspr-device` gets no signature for what was not shown, and nobody waits for it for ever."""

import os
import pathlib
import re
import socket
import subprocess
import threading
import time

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

import sspr
from device import encode, pairing_text
from harness import program, wait_until

PAIR, LIST, ANSWER = 0x0401, 0x0402, 0x0403
REPLY, FAILURE = 2, 3
INSTANCE, OTHER = bytes(range(16)), bytes(16)
# The longest that one call may take: 30 s, and 30 s more for one that waits.
LIMIT = 60
SPOKEN = {64, 65, 66, 69, 70, 75, 77, 78}


def now():
    return int(time.time() * 1000)


def question(**changed):
    fields = {"id": 11, "nonce": bytes(16), "instance": INSTANCE, "host": "host.example.org", "account": "alice", "recovery": 12,
              "purpose": "reset", "peer": 0, "askedAt": now(), "expiresAt": now() + 300_000, **changed}
    return {place: fields[name] for place, name in enumerate(("id", "nonce", "instance", "host", "account", "recovery", "purpose", "peer",
                                                             "askedAt", "expiresAt"), 1)}


def frame(method, number, body, length=None, version=1, kind=REPLY):
    return sspr.HEADER.pack(len(body) if length is None else length, version, kind, method, number) + body


class Gateway:
    """Answers pairing as a daemon would, and everything else as `lie` says: bytes, or a function that takes the connection."""

    def __init__(self, folder):
        self.path = folder / "gateway"
        self.lie = None
        self.pairing = None
        self.requests = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen(16)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            while True:
                header = self.exactly(connection, sspr.HEADER.size)
                length, _, _, method, number = sspr.HEADER.unpack(header)
                body = self.exactly(connection, length)
                self.requests.append((method, cbor2.loads(body)))
                lie = self.pairing if method == PAIR else self.lie
                answer = lie(method, number) if lie else frame(method, number, encode({}))
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)
        except OSError:
            connection.close()

    @staticmethod
    def exactly(connection, count):
        data = b""
        while len(data) < count:
            part = connection.recv(count - len(data))
            if not part:
                raise OSError("closed")
            data += part
        return data

    def answers(self):
        return [body for method, body in self.requests if method == ANSWER]


class Owner:
    """`sspr-device` with a file of its own behind one gateway."""

    def __init__(self, folder):
        folder.mkdir(exist_ok=True)
        self.folder, self.gateway = folder, Gateway(folder)
        (folder / "passphrase").write_text("a passphrase of the test\n")
        (folder / "passphrase").chmod(0o600)
        invitation = {"instance": INSTANCE, "host": "host.example.org", "account": "alice", "enrolment": 10, "secret": bytes(32),
                      "expiresAt": now() + 600_000}
        paired = self.run("pair", given=pairing_text(invitation) + "\n")
        assert paired.returncode == 0, paired.stderr
        self.key = Ed25519PublicKey.from_public_bytes(self.gateway.requests[0][1][2])

    def words(self, command, *options):
        return [program("sspr-device"), command, "--file", str(self.folder / "device"), "--passphrase-file", str(self.folder / "passphrase"),
                "--socket", str(self.gateway.path), *options]

    def run(self, command, *options, given=""):
        return subprocess.run(self.words(command, *options), input=given.encode(), capture_output=True, timeout=4 * LIMIT)

    def check(self, ended, shows=False):
        """A clear refusal: a known status, printable text, and no signature."""
        said = ended.stderr
        assert ended.returncode in SPOKEN, (ended.returncode, said)
        assert re.fullmatch(rb"(?:[ -~]+\n)+", said) and said.splitlines()[-1].startswith(b"sspr-device: "), said
        assert shows or len(said.splitlines()) == 1, said
        assert re.fullmatch(rb"[ -~\t\n]*", ended.stdout), ended.stdout
        assert self.gateway.answers() == []


@pytest.fixture
def owner(folder):
    owner = Owner(folder / "o")
    yield owner
    owner.gateway.listener.close()


def listing(*questions):
    return lambda method, number: frame(method, number, encode({1: list(questions)}) if method == LIST else encode({}))


def raw(body, **header):
    return lambda method, number: frame(method, number, body, **header)


DEEP = b"\x81" * 40 + b"\x00"
FRAMES = {
    "another version": raw(encode({1: []}), version=2),
    "a request": raw(encode({1: []}), kind=1),
    "an unknown kind": raw(encode({1: []}), kind=9),
    "another call": lambda method, number: frame(ANSWER if method == LIST else LIST, number, encode({1: []})),
    "another number": lambda method, number: frame(method, number + 1, encode({1: []})),
    "four gigabytes": raw(b"", length=0xFFFFFFFF),
    "one byte too long": raw(bytes(65_537)),
    "text": lambda method, number: b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n\x1b[2J\x1b]0;owned\x07" * 9,
    "half a header and the end": lambda method, number: lambda connection: (connection.sendall(b"\0\0\0"), connection.shutdown(socket.SHUT_RDWR)),
    "half a body and the end": lambda method, number: lambda connection: (
        connection.sendall(frame(method, number, b"\xa1\x01", length=900)), connection.shutdown(socket.SHUT_RDWR)),
    "the end": lambda method, number: lambda connection: connection.shutdown(socket.SHUT_RDWR),
    "an endless stream": lambda method, number: lambda connection: [connection.sendall(b"\x1b" * 65_536) for _ in range(1 << 20)],
    "no body": raw(b""),
    "no CBOR": raw(b"\xff" * 64),
    "too deep": raw(DEEP),
    "a huge list": raw(b"\xa1\x01\x9b" + b"\xff" * 8),
    "a huge text": raw(b"\xa1\x01\x81\x7b" + b"\xff" * 8),
    "bytes behind": raw(encode({1: []}) + b"\0"),
    "a list that is none": raw(encode({1: "\x1b[31mred\x1b[0m"})),
    "an empty map": raw(encode({})),
    "a failure that is none": raw(encode({1: 999, 5: "\x1b[31mred"}), kind=FAILURE),
    "a failure with words": raw(encode({1: 4, 2: 2**62, 5: "\x1b[31mred\r\n"}), kind=FAILURE),
    "busy for ever": raw(encode({1: 3, 2: 2**63}), kind=FAILURE),
}
CONTROL = "\x1b[31m\r\n\x07\u202e\x9b2J"
QUESTIONS = {
    "for another account": [{"account": "bob"}],
    "of another instance": [{"instance": OTHER}],
    "a foreign one behind one of ours": [{}, {"id": 13, "account": "bob"}],
    "control characters in the host": [{"host": "host" + CONTROL}],
    "control characters in the account": [{"account": "alice" + CONTROL}],
    "control characters in the purpose": [{"purpose": "reset" + CONTROL}],
    "a host of nothing": [{"host": ""}],
    "a long host": [{"host": "h" * 254}],
    "an unknown purpose": [{"purpose": "grant"}],
    "a short nonce": [{"nonce": b"1"}],
    "a number that is too great": [{"id": 2**52}],
    "a peer below zero": [{"peer": -1}],
    "a moment that is text": [{"askedAt": "now"}],
    "two of one number": [{}, {}],
}


@pytest.mark.parametrize("lie", FRAMES)
def test_attack_B12_a_gateway_that_speaks_no_protocol_is_refused(lie, owner):
    """Guard: Client checks version, kind, call, number and length before it reads on; CBORValidator; AgentLog prints printable text only."""
    owner.gateway.lie = FRAMES[lie]
    # All four ask by the same call: each lie is told to one of them, and to the one that answers.
    command = [["list"], ["approve"], ["deny"], ["serve"]][list(FRAMES).index(lie) % 4]
    owner.check(owner.run(*command), shows=command == ["serve"])
    owner.check(owner.run("approve", "--number", "42"))


@pytest.mark.parametrize("lie", QUESTIONS)
def test_attack_B12_a_foreign_or_malformed_question_is_not_answered(lie, owner):
    """Guard: Device.questions refuses the whole list; words accept no control character; several are never answered unnamed."""
    owner.gateway.lie = listing(*(question(**changed) for changed in QUESTIONS[lie]))
    several = lie == "two of one number"
    for command in (["approve", "--number", "42", "--question", "11"], ["deny"]):
        owner.check(owner.run(*command), shows=several)
    if not several:
        owner.check(owner.run("list"))
        owner.check(owner.run("serve", given="42\n"), shows=True)


def test_attack_B12_nothing_is_signed_that_was_not_shown(owner):
    """Guard: Commands.shown; what the signature covers is what stood on the screen, whatever the gateway says later."""
    moment = now()
    shown = question(host="bank.example.net", purpose="unlock", peer=4242, askedAt=moment, expiresAt=moment + 1)
    asked = iter([shown, question(id=14), question(id=15)])
    owner.gateway.lie = lambda method, number: frame(method, number, encode({1: [next(asked)]}) if method == LIST else encode({}))
    ended = owner.run("approve", "--number", "42")
    assert ended.returncode == 0, ended.stderr
    assert b"bank.example.net (paired as host.example.org), somebody (uid 4242) wanted to unlock alice" in ended.stderr
    answer, = owner.gateway.answers()
    assert (answer[2], answer[3], answer[4]) == (11, "approve", 42)
    owner.key.verify(answer[5], encode({1: "sspr approval 1", 2: shown, 3: "approve", 4: 42}))
    for place, value in ((4, "host.example.org"), (7, "reset"), (8, 0), (5, "bob"), (3, OTHER)):
        with pytest.raises(InvalidSignature):
            owner.key.verify(answer[5], encode({1: "sspr approval 1", 2: {**shown, place: value}, 3: "approve", 4: 42}))
    denied = owner.run("deny")
    assert denied.returncode == 0 and b"set a new password for alice" in denied.stderr
    assert len([method for method, _ in owner.gateway.requests if method == LIST]) == 2, "each asks once and answers what it was told"


def test_attack_B12_a_gateway_that_answers_the_pairing_wrongly_leaves_no_device(folder):
    """Guard: Device.pair keeps a file only of what the daemon has taken."""
    gateway = Gateway(folder)
    (folder / "passphrase").write_text("a passphrase of the test\n")
    (folder / "passphrase").chmod(0o600)
    invitation = {"instance": INSTANCE, "host": "host.example.org", "account": "alice", "enrolment": 10, "secret": bytes(32), "expiresAt": now() + 600_000}
    for name, lie in FRAMES.items():
        # Nothing is told in the reply to a pairing: what decides is the code at the terminal.
        if name in ("an empty map", "a list that is none"):
            continue
        gateway.pairing = lie
        ended = pair_through(gateway, folder, invitation)
        assert ended.returncode in SPOKEN and re.fullmatch(rb"sspr-device: [ -~]+\n", ended.stderr), (name, ended)
        assert ended.stdout == b"" and not (folder / "device").exists(), name
    for place, value in (("host", "h" + CONTROL), ("account", "a" + CONTROL)):
        ended = pair_through(gateway, folder, {**invitation, place: value})
        assert ended.returncode == 65 and re.fullmatch(rb"sspr-device: [ -~]+\n", ended.stderr), ended
    gateway.listener.close()


def test_attack_B12_nobody_waits_for_ever_for_a_gateway(folder):
    """Guard: every call has one deadline for connecting, sending and receiving together, however slowly the bytes come."""
    def silence(connection):
        time.sleep(4 * LIMIT)

    def drip(head, pause):
        def send(connection):
            for byte in head + bytes(3600):
                connection.sendall(bytes([byte]))
                time.sleep(pause)
        return send
    cases = {
        "silent": (["list"], lambda method, number: silence),
        "slow header": (["approve", "--number", "42"], lambda method, number: drip(sspr.HEADER.pack(9, 1, REPLY, method, number), 10)),
        "slow body": (["serve"], lambda method, number: drip(sspr.HEADER.pack(60_000, 1, REPLY, method, number), 1)),
        "silent about the answer": (["approve", "--number", "42"], lambda method, number: (
            silence if method == ANSWER else frame(method, number, encode({1: [question()]})))),
    }
    running = []
    for place, (name, (command, lie)) in enumerate(cases.items()):
        owner = Owner(folder / f"o{place}")
        owner.gateway.lie = lie
        running.append((name, owner, time.monotonic(), subprocess.Popen(
            owner.words(*command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)))
    for name, owner, began, process in running:
        said, complaint = process.communicate(timeout=4 * LIMIT)
        assert time.monotonic() - began < 2 * LIMIT, name
        assert process.returncode == 69 and b"did not answer in time" in complaint, (name, process.returncode, complaint)
        assert said == b"" and len(owner.gateway.answers()) == (name == "silent about the answer"), name


def test_attack_B12_a_gateway_that_never_waits_keeps_no_processor_busy(owner):
    """Guard: Commands.serve pauses after an answer that came at once with nothing in it."""
    owner.gateway.lie = listing()
    process = subprocess.Popen(owner.words("serve"), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: len(owner.gateway.requests) > 3, what="the third question")
        ticks = sum(map(int, pathlib.Path(f"/proc/{process.pid}/stat").read_text().split()[13:15]))
        begun, before = time.monotonic(), len(owner.gateway.requests)
        wait_until(lambda: len(owner.gateway.requests) > before + 2, what="two more")
        assert time.monotonic() - begun > 1, "it pauses"
        used = sum(map(int, pathlib.Path(f"/proc/{process.pid}/stat").read_text().split()[13:15])) - ticks
        assert used < os.sysconf("SC_CLK_TCK"), "less than a second of work for two seconds of waiting"
    finally:
        process.kill()
        process.wait()


def pair_through(gateway, folder, invitation):
    words = [program("sspr-device"), "pair", "--file", str(folder / "device"), "--passphrase-file", str(folder / "passphrase"),
             "--socket", str(gateway.path)]
    return subprocess.run(words, input=pairing_text(invitation).encode() + b"\n", capture_output=True, timeout=4 * LIMIT)
