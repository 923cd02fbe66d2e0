"""A daemon, a courier that writes messages into a folder, and people at terminals: all of it the real programs."""

import base64
import contextlib
import itertools
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

from harness import PASSWORD, QUESTIONS, Daemon, World, client_program, fake_clock, past_the_end_of_a_step, program, wait_until
from device import Device  # (the harness says where it is)
from person import Person, words_anywhere

CONFIGURATION = """\
questions: true
phones: true
devices: true
recovery: {coolingOffHours: 0}
"""


class Place:
    """`person` sits somebody down at a terminal; `message` is what the courier brought them."""

    def __init__(self, folder, has_courier=True):
        self.folder = pathlib.Path(folder)
        self.days_pass(0)
        self.daemon = Daemon(folder, CONFIGURATION, env=fake_clock(self.clock)).start()
        self.world = World(self.daemon)
        self.spool = self.folder / "spool"
        self.spool.mkdir(mode=0o700)
        self.taken = set()
        self.courier = self.start_courier() if has_courier else None

    @property
    def clock(self):
        return self.folder / "clock"

    def days_pass(self, days):
        """Turns the daemon's clock to so many days from now; nobody else's."""
        fresh = self.folder / "clock.new"
        fresh.write_text(f"+{days * 86_400}s")
        os.replace(fresh, self.clock)

    def start_courier(self):
        with open(self.folder / "courier.log", "ab") as log:
            return subprocess.Popen(
                [program("sspr-courier"), "--socket", str(self.daemon.socket), "--spool", str(self.spool)],
                stdin=subprocess.DEVNULL, stderr=log)

    def close(self):
        if self.courier:
            self.courier.send_signal(signal.SIGTERM)
            self.courier.wait(60)
        self.daemon.stop()

    def environment(self, account, **more):
        return {"PATH": "/usr/bin:/bin", "TERM": "xterm", "LC_ALL": "C.UTF-8", "HOME": str(self.folder), "USER": account,
                "SSPR_SOCKET": str(self.daemon.socket), **more}

    def person(self, words, account="ana", columns=80, rows=50, **more):
        return Person([client_program(), *words], self.environment(account, **more), columns, rows)

    def device(self, words, account="ana", columns=80, rows=50):
        """At the device of somebody, which keeps its key in a file of its own."""
        own = ["--file", str(self.device_file(account))]
        return Person([program("sspr-device"), *words, *own], self.environment(account), columns, rows)

    def device_file(self, account):
        return self.folder / f"device-of-{account}"

    def message(self, kind, to):
        """The code of the next message of a kind to this address or number that nobody has taken yet."""
        def fresh():
            for path in sorted(self.spool.glob(f"[0-9]*-{kind}.*"), key=lambda path: path.stat().st_mtime_ns):
                if path.name not in self.taken and f"To: {to}" in path.read_text():
                    return path
        path = wait_until(fresh, what=f"a message of kind {kind} to {to}")
        self.taken.add(path.name)
        # A mail has its code in a line of its own, a call speaks it digit by digit.
        return re.search(r"^(\d{8})\b|(\d(?:, \d){7})", path.read_text(), re.M).group().replace(", ", "")

    def letter(self, kind, to):
        """The newest letter of a kind to an address, whole."""
        def newest():
            found = [path for path in self.spool.glob(f"[0-9]*-{kind}.*") if f"To: {to}" in path.read_text()]
            return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)
        return wait_until(newest, what=f"a letter of kind {kind} to {to}").read_text()

    def enrol(self, account, *kinds):
        """A new account with methods of these kinds; returns what they hold: an address, a number, the app's key in base32, a device."""
        call, held = self.world.call, {}
        self.world.add(account)
        handle = call("registration.prove", account=account, password=PASSWORD)["handle"]

        def begin(kind, **more):
            return call("registration.begin", handle=handle, kind=kind, **more)

        def confirm(begun, code):
            call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=code)
        for kind in kinds:
            if kind in ("email", "mobilePhone"):
                contact = address(account) if kind == "email" else next(NUMBERS)
                begun = begin(kind, contact=contact)
                confirm(begun, self.message("confirmationCode", contact))
                held[kind] = contact
            elif kind == "totp":
                begun = begin(kind)
                held[kind] = base64.b32encode(begun["key"]).decode()
                confirm(begun, app_code(held[kind], 1))
            elif kind == "push":
                begun = begin(kind)
                held[kind] = Device(call, begun["pairing"])
                confirm(begun, held[kind].pair())
            else:
                answers = [{"question": number, "answer": text} for number, text in QUESTIONS.items()]
                call("registration.answers", handle=handle, answers=answers)
        return held


@contextlib.contextmanager
def a_place(**options):
    """In a short folder, because a socket's path has at most 107 bytes."""
    folder = tempfile.mkdtemp(prefix="sspr", dir="/tmp")
    os.chmod(folder, 0o755)
    place = Place(folder, **options)
    try:
        yield place
    finally:
        place.close()
        shutil.rmtree(folder, ignore_errors=True)


# A number each, since messages are told apart by where they go.
NUMBERS = (f"+4915112{number}" for number in itertools.count(300001))


def address(account):
    return f"{account}@example.org"


def app_code(key, steps_ago=0):
    """What an app shows, by oathtool; `key` is base32."""
    if steps_ago:
        past_the_end_of_a_step(time.time(), 3)  # Typing takes its time.
    run = subprocess.run(["oathtool", "--totp", "-b", "--now", f"{steps_ago * 30} seconds ago", "-"],
                         input=key, text=True, capture_output=True, check=True)
    return run.stdout.strip()


def key_shown(person):
    """The app's key as the terminal shows it; leaves the question that follows to be waited for."""
    found = re.search(r"Key: ((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", shown_before(person, "Code that the app shows:"))
    return found.group(1).replace(" ", "")


def pairing_shown(person):
    """The pairing text, likewise."""
    return re.search(r"Pairing: (SSPR1:[A-Z2-7]+)", shown_before(person, "Code that the device shows:")).group(1)


def shown_before(person, question):
    if not re.search(words_anywhere(question), person.raw):
        seen = person.seen
        person.wait_for(question)
        person.seen = seen
    return person.raw
