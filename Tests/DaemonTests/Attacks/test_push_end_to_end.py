"""A device that sleeps is woken end to end: real daemon, real courier, a real broker, and a phone that subscribes to its topic."""

import contextlib
import pathlib
import socket
import subprocess
import sys
import threading

import pytest

from harness import NEW_PASSWORD, PASSWORD, Daemon, World, program, wait_until
from device import Device, pairing_text

sys.path.insert(0, str(pathlib.Path(__file__).parent / "agents"))

TOPIC = "7f3a9c-phone"
WORDS = b"A question waits for you."


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Tap:
    """Stands between the courier's program and the broker and keeps all that goes to the broker."""

    def __init__(self, port):
        self.broker, self.seen = port, b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                broker = socket.create_connection(("127.0.0.1", self.broker))
                for source, sink, keep in ((client, broker, True), (broker, client, False)):
                    threading.Thread(target=self.carry, args=(source, sink, keep), daemon=True).start()

    def carry(self, source, sink, keep):
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                self.seen += data if keep else b""
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


class Phone:
    """A subscription to one topic; `woken` are the messages that came."""

    def __init__(self, port, topic):
        self.process = subprocess.Popen(["stdbuf", "-oL", "mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-t", topic, "-d", "-F", "WOKEN %t %p"],
                                        stdout=subprocess.PIPE)
        self.woken, self.is_listening = [], threading.Event()
        threading.Thread(target=self.read, daemon=True).start()
        if not self.is_listening.wait(20):
            self.stop()
            raise AssertionError("no subscription")

    def read(self):
        for line in self.process.stdout:
            if line.startswith(b"WOKEN "):
                self.woken.append(line.rstrip(b"\n").removeprefix(b"WOKEN "))
            elif line.startswith(b"Subscribed"):
                self.is_listening.set()

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def world(folder):
    daemon = Daemon(folder, "devices: true\nrecovery: {coolingOffHours: 0}\n").start()
    yield World(daemon)
    daemon.stop()


@pytest.fixture
def tap(folder):
    port = free_port()
    (folder / "broker.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n")
    broker = subprocess.Popen(["/usr/sbin/mosquitto", "-c", str(folder / "broker.conf")], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def answers():
        assert broker.poll() is None, "the broker has ended"
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            return True
        return False
    wait_until(answers, what="the broker")
    yield Tap(port)
    broker.kill()
    broker.wait()


@pytest.fixture
def phone(tap):
    phone = Phone(tap.broker, "sspr/#")
    yield phone
    phone.stop()


@pytest.fixture
def courier(world, folder, tap):
    config = folder / "courier.yaml"
    config.write_text(f"""\
instance: Example Org
routes: {{push: [broker]}}
transports:
  broker: {{kind: command, command: [/usr/bin/mosquitto_pub, -h, 127.0.0.1, -p, "{tap.port}", -q, "1", -t, "sspr/{{to}}", -s]}}
""")

    def start():
        with open(folder / "courier.log", "ab") as log:
            started.append(subprocess.Popen([program("sspr-courier"), "--socket", str(world.daemon.socket), "--config", str(config)],
                                            stdin=subprocess.DEVNULL, stderr=log))
    started = []
    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=60)


class PythonApp:
    """The phone's app, written from the page alone."""

    def __init__(self, world, folder):
        self.world = world

    def pair(self, invitation, address):
        self.device = Device(self.world.call, invitation, wake_address=address)
        return self.device.pair()

    def approve(self, number):
        question, = self.device.questions()
        self.device.answer(question, "approve", number)


class ReferenceApp:
    """`sspr-device`."""

    def __init__(self, world, folder):
        self.world, self.folder = world, folder
        (folder / "passphrase").write_text("a passphrase of the test\n")
        (folder / "passphrase").chmod(0o600)

    def run(self, command, *options, given=""):
        ended = subprocess.run([program("sspr-device"), command, "--file", str(self.folder / "device"), "--passphrase-file",
                                str(self.folder / "passphrase"), "--socket", str(self.world.daemon.socket), *options],
                               input=given, capture_output=True, text=True, timeout=60)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def pair(self, invitation, address):
        return self.run("pair", *(["--wake-address", address] if address else []), given=pairing_text(invitation) + "\n").strip()

    def approve(self, number):
        self.run("approve", given=f"{number:02d}\n")


def pair(world, app, address=TOPIC):
    world.add("alice")
    world.enrol("alice", app=False)
    handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
    begun = world.call("registration.begin", handle=handle, kind="push")
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=app.pair(begun["pairing"], address))
    # The notice of the new method goes by mail; this courier serves no mail.
    world.deliveries()


def ask(world, account="alice"):
    begun = world.begin(account)
    choice = world.choice(begun, "push")
    return begun, choice, world.call("recovery.send", handle=begun["handle"], choice=choice)["number"]


@pytest.mark.parametrize("app", [PythonApp, ReferenceApp])
def test_a_sleeping_device_is_woken_and_recovers_its_account(app, world, folder, tap, phone, courier):
    app = app(world, folder)
    pair(world, app)
    courier()
    begun, choice, number = ask(world)
    wait_until(lambda: phone.woken, what="the wake-up")
    app.approve(number)
    assert world.call("recovery.answer", handle=begun["handle"], choice=choice)["proofsMissing"] == 1
    proven = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=world.mailed(begun))
    world.call("recovery.reset", account="alice", grant=proven["grant"], password=NEW_PASSWORD)
    world.call("signin.authenticate", account="alice", password=NEW_PASSWORD)
    assert phone.woken == [b"sspr/" + TOPIC.encode() + b" " + WORDS]
    # The phone may be woken before the program that woke it has ended.
    log = folder / "courier.log"
    wait_until(lambda: "(approvalWaiting): accepted by broker" in log.read_text(), what="what the courier says of it")
    assert TOPIC not in log.read_text()
    world.verify()


def test_the_service_learns_nothing(world, folder, tap, phone, courier):
    """Two questions wake with the same bytes, and none of theirs is among what the broker got; a stranger's question is not sent."""
    app = PythonApp(world, folder)
    pair(world, app)
    courier()
    recoveries = []
    for count in (1, 2):
        begun, _, _ = ask(world)
        ask(world, "nobodyatall")
        wait_until(lambda: len(phone.woken) == count, what="the wake-up")
        recoveries.append(begun["handle"])
    assert phone.woken[0] == phone.woken[1] == b"sspr/" + TOPIC.encode() + b" " + WORDS
    questions = app.device.questions()
    assert len(questions) == 2 and WORDS in tap.seen
    for secret in [b"alice", b"nobody", b"example", socket.gethostname().encode(), *recoveries, app.device.invitation["instance"], app.device.key,
                   *(question["nonce"] for question in questions),
                   *(str(question[name]).encode() for question in questions for name in ("id", "recovery", "askedAt"))]:
        assert secret not in tap.seen, secret


def test_a_device_without_an_address_is_woken_by_nobody(world, folder, tap, phone, courier):
    app = PythonApp(world, folder)
    pair(world, app, address=None)
    courier()
    begun, choice, number = ask(world)
    app.approve(number)
    assert world.call("recovery.answer", handle=begun["handle"], choice=choice)["proofsMissing"] == 1
    # A message that a courier could take would have been: its next claim, by name, finds nothing.
    with world.daemon.connect() as other:
        other.start("agents.claimDelivery", channels=["push"])
        other.socket.settimeout(1)
        with pytest.raises(TimeoutError):
            other.receive_frame()
    assert phone.woken == []
    assert not world.events("delivery.taken", account="alice")[2:], "the code and the notice, by mail"


def test_attack_G7_a_wake_address_is_refused_at_the_door(world):
    """Guard: WakeAddress; `sspr-device` refuses it before it reads the text."""
    world.add("alice")
    handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
    begun = world.call("registration.begin", handle=handle, kind="push")
    for address in ["", "x" * 257, "a/b", "..", "a?b", "#", "+", "a%00", "a\r\nb", "a\0", "-t", "ü", "a b", "$SYS"]:
        device = Device(world.refusal, begun["pairing"], wake_address=address)
        sent = []
        device.call = lambda name, **fields: sent.append(world.refusal(name, **fields))
        device.pair()
        assert sent == ["malformed"], address
        if address and "\0" not in address:
            ended = subprocess.run([program("sspr-device"), "pair", "--wake-address", address, "--file", "/nowhere/device"],
                                   stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
            assert ended.returncode == 64 and "wake address" in ended.stderr, ended.stderr
    device = Device(world.call, begun["pairing"], wake_address="x" * 256)
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=device.pair())
