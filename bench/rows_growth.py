"""How answers about the whole house grow: with its accounts, and with its trail."""

import contextlib
import sqlite3
import statistics
import time
from collections.abc import Iterator

import wire
from stage import PASSWORD, Daemon, NotMeasured, Stage, in_turn
from table import Row, at_most

FEW, MANY = 100_000, 1_000_000
SHORT, LONG = 1_000_000, 10_000_000
# Questions of one round; a helper may ask 120 a minute for what a password is worth.
ASKED, CHECKED = 200, 18
DAY = 86_400_000


def accounts(stage: Stage) -> list[Row]:
    """A policy's plan, the report on registration and one account's eligibility, now and then, among so many accounts."""
    with Crowd(stage, FEW) as few, Crowd(stage, MANY) as many:
        found = {}
        for name, count in (("plan", 1), ("registration", 1), ("explain", ASKED), ("explain_past", ASKED)):
            found[name] = in_turn(
                max(1, stage.rounds // 2), few=lambda: getattr(few, name)(count), many=lambda: getattr(many, name)(count))
        grown = {size: [house.daemon.resident_mb("VmHWM") - house.resident] for size, house in (("few", few), ("many", many))}
    against = f"ours, {FEW:,}"
    return [
        Row(f"policy plan, {MANY:,} accounts", "s", found["plan"]["many"], against, found["plan"]["few"], at_most(12)),
        Row(f"report registration, {MANY:,} accounts", "s", found["registration"]["many"], against, found["registration"]["few"], at_most(12)),
        Row(f"eligibility of one, {MANY:,} accounts", "us", found["explain"]["many"], against, found["explain"]["few"], at_most(2.2)),
        Row(f"eligibility of one a day ago, {MANY:,} accounts", "us", found["explain_past"]["many"], against, found["explain_past"]["few"], at_most(2.2)),
        Row(f"memory for all of it, {MANY:,} accounts", "MB", grown["many"], against, grown["few"], at_most(1.5)),
    ]


def imports(stage: Stage) -> list[Row]:
    """A list of so many accounts with an address each, brought in by one command."""
    seconds, memory = {}, {}
    for size in (FEW, MANY):
        path = stage.path("list")
        with open(path, "w") as lines:
            lines.write("name,email\n")
            lines.writelines(f"p{number:07d},p{number:07d}@example.org\n" for number in range(size))
        with Daemon(stage) as daemon:
            began = time.monotonic()
            stage.output("ssprclient", "accounts", "import", path, "--strict", "--socket", daemon.socket, timeout=3600)
            seconds[size] = time.monotonic() - began
            memory[size] = daemon.resident_mb("VmHWM")
            # It is all there, and the last one can be looked at.
            stage.output("ssprclient", "accounts", "show", f"p{size - 1:07d}", "--socket", daemon.socket)
    against = f"ours, {FEW:,}"
    return [
        Row(f"accounts import, {MANY:,} accounts", "s", [seconds[MANY]], against, [seconds[FEW]], at_most(12)),
        Row(f"most memory of the daemon, {MANY:,} accounts", "MB", [memory[MANY]], against, [memory[FEW]], at_most(1.5)),
    ]


def trail(stage: Stage) -> list[Row]:
    """The report on activity: a day of a short and of a long trail, and all of the short one."""
    with Trail(stage, SHORT) as short, Trail(stage, LONG) as long:
        day = in_turn(max(1, stage.rounds // 2), short=short.day, long=long.day)
        whole = in_turn(1, short=short.whole, long=long.whole)
        grown = {size: [house.daemon.resident_mb("VmHWM") - house.resident] for size, house in (("short", short), ("long", long))}
    against = f"ours, {SHORT:,}"
    return [
        Row(f"report activity of a day, {LONG:,} events", "s", day["long"], against, day["short"], at_most(1.5)),
        Row(f"report activity of all, {LONG:,} events", "s", whole["long"], against, whole["short"], at_most(12)),
        Row(f"memory for both, {LONG:,} events", "MB", grown["long"], against, grown["short"], at_most(1.5)),
    ]


def passwords(stage: Stage) -> list[Row]:
    """What a new password is worth: by the rules alone, and with a thousand words and a million known passwords."""
    known = stage.root / "known"
    known.write_text("".join(f"{number:x} is a known one\n" for number in range(MANY)))
    stage.output("ssprd", "filter", "build", "--from", known, "--output", stage.root / "known.filter", timeout=300)
    words = ", ".join(f"word{number:04d}x" for number in range(1000))
    large = f"passwords: {{banned: [{words}], breached: {stage.root / 'known.filter'}}}\n"
    with Daemon(stage) as plain, Daemon(stage, configuration=large) as full:
        found = in_turn(stage.rounds, plain=lambda: check(stage, plain), full=lambda: check(stage, full))
    return [
        Row("password check, 1,000 words and 1,000,000 known ones", "us", found["full"], "the rules alone", found["plain"], at_most(1.5)),
    ]


def check(stage: Stage, daemon: Daemon) -> float:
    frames = [
        wire.frame("signin.checkPassword", account="anybody", password=f"{number} horses were never stapled")
        for number in range(CHECKED)]
    return statistics.median(stage.each(daemon.socket, frames))


class House:
    """A daemon over a state that was filled by hand: a million calls would take an hour."""

    configuration = ""

    def __init__(self, stage: Stage, size: int):
        self.stage = stage
        self.daemon = Daemon(stage, configuration=self.configuration)
        self.state = self.daemon.folder / "state/ssprd.sqlite"
        self.size = size

    def __enter__(self):
        self.daemon.__enter__()
        try:
            self.fill()
            # What is read first is read from the disk by both.
            self.daemon.end()
            self.daemon = Daemon(self.stage, folder=self.daemon.folder).__enter__()
            self.resident = self.daemon.resident_mb()
        except BaseException:
            self.daemon.end()
            raise
        return self

    def __exit__(self, *_):
        self.daemon.end()

    def fill(self):
        raise NotImplementedError

    def write(self, table: str, columns: str, rows: Iterator[tuple]):
        """The daemon keeps its file to itself; another process may write into it between two of its transactions."""
        place = ", ".join("?" * len(columns.split(",")))
        with contextlib.closing(sqlite3.connect(self.state, timeout=60)) as database:
            database.execute("PRAGMA synchronous = OFF")
            database.executemany(f"INSERT INTO {table} ({columns}) VALUES ({place})", rows)
            database.commit()

    def client(self, *words) -> float:
        """The seconds of a command."""
        began = time.monotonic()
        self.stage.output("ssprclient", *words, "--socket", self.daemon.socket, "--timeout", 600, timeout=900)
        return time.monotonic() - began


class Crowd(House):
    """Every account has an address, every second one an app as well, and was switched on this very day."""

    configuration = "recovery: {proofs: 1}\n"

    def fill(self):
        self.stage.add_accounts(self.daemon.socket, ["somebody"])
        now = int(time.time() * 1000)
        self.yesterday, added = now - DAY, now - 20 * DAY
        step = (1 << 51) // self.size
        self.write("accounts", "id, name, role, is_enabled, added_at, registered_at", (
            (17 + number * step, f"p{number:07d}", "user", 1, added, added) for number in range(self.size)))
        self.write("accounts_past", "since, ended_at, id, name, role, is_enabled", (
            (added, now, 17 + number * step, f"p{number:07d}", "user", 0) for number in range(self.size)))
        with contextlib.closing(sqlite3.connect(self.state, timeout=60)) as database:
            database.execute("UPDATE recorded SET since = ?", (added,))
            database.commit()
        self.write("methods", "id, account, kind, payload_key, payload, confirmed_at, usable_from, floor, is_disabled, reviewed_at", (
            (17 + number * step + way, 17 + number * step, kind, 1, b"p" * 60, added, added, 0, 0, added)
            for number in range(self.size) for way, kind in enumerate(("email", "totp")[:1 + number % 2])))
        self.document = self.stage.path("policy")
        self.document.write_text("recovery: {proofs: 2}\n")

    def plan(self, _: int) -> float:
        return self.client("policy", "plan", self.document)

    def registration(self, _: int) -> float:
        return self.client("report", "registration", "--json")

    def explain(self, count: int) -> float:
        return statistics.median(self.stage.each(self.daemon.socket, [wire.frame("accounts.explain", account="somebody")] * count))


    def explain_past(self, count: int) -> float:
        asked = wire.frame("accounts.explain", account="p0000017", at=self.yesterday)
        return statistics.median(self.stage.each(self.daemon.socket, [asked] * count))


class Trail(House):
    """Recoveries of thirty days, a thousand a day or more; the chain's hashes are not looked at by reports."""

    kinds = ("recovery.begun", "proof.requested", "proof.answered", "recovery.granted", "password.reset")

    def fill(self):
        days = 30 * self.size // SHORT
        now = int(time.time() * 1000) - 60_000
        with contextlib.closing(sqlite3.connect(self.state, timeout=60)) as database:
            before, = database.execute("SELECT sequence FROM audit_head").fetchone()
        started = now - days * DAY

        def links():
            for number in range(self.size):
                round_, step = divmod(number, len(self.kinds))
                event = {1: self.kinds[step], 2: "succeeded", 3: started + days * DAY * number // self.size,
                         4: {1: 33, 2: "helper"}, 5: f"p{round_ % FEW:07d}", 7: 1 + round_}
                if step in (1, 2):
                    event[8] = "email"
                yield before + 1 + number, bytes(32), bytes(32), wire.encode(event)

        self.write("audit_links", "sequence, previous, hash, event", links())
        with contextlib.closing(sqlite3.connect(self.state, timeout=60)) as database:
            database.execute("UPDATE audit_head SET sequence = ?, hash = ?", (before + self.size, bytes(32)))
            database.commit()

    def day(self) -> float:
        return self.client("report", "activity", "--from", "24h", "--json")

    def whole(self) -> float:
        return self.client("report", "activity", "--from", "400d", "--json")
