"""A real daemon and a real courier on a clock of the test's own, and a program in sendmail's place that keeps what it is handed."""

import collections
import contextlib
import datetime
import os
import re
import sqlite3
import subprocess
import threading
import time

import pytest
from harness import Daemon, World, fake_clock, program

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


def outbox(daemon):
    """How many messages are still to be delivered."""
    path = next(path for path in daemon.state.glob("*.sqlite*") if path.suffix in (".sqlite", ".sqlite3"))
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute("select count(*) from deliveries where account is not null").fetchone()[0]


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
