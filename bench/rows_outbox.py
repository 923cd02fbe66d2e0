"""The outbox: couriers with ten messages before them, and with a hundred thousand."""

import contextlib
import pathlib
import sqlite3
import time

import wire
from stage import PASSWORD, Daemon, Stage, in_turn
from table import Row, at_least, at_most

FEW, MANY = 10, 100_000
ACCOUNTS, CODES = 20, 5  # so many code messages a person gets in an hour
TURNS = 20
CLAIM = wire.frame("agents.claimDelivery", channels=["email"])


def outbox(stage: Stage) -> list[Row]:
    """Messages through lease and report, and from their sending to the courier's hand."""
    with Daemon(stage) as small, Daemon(stage) as large:
        few, many = Outbox(stage, small), Outbox(stage, large)
        many.burden("email")
        drained = in_turn(stage.rounds, few=few.drain, many=many.drain)
        # A message waits behind all that are due in its own channel; what waits in another one must not hold it up.
        many.move("sms")
        handed = in_turn(stage.rounds, few=few.hand, many=many.hand)

    def column(found: dict, who: str, what: str) -> list[float]:
        return [result[what] for result in found[who]]

    few_text, many_text = f"{FEW} queued", f"{MANY:,} queued"
    return [
        Row(f"lease and report, {few_text}", "1/s", column(drained, "few", "rate")),
        Row(f"lease and report, {many_text}", "1/s", column(drained, "many", "rate"), few_text, column(drained, "few", "rate"),
            at_least(0.67)),
    ] + [
        Row(f"sent to courier's hand, {many_text}, {text}", "us", column(handed, "many", what), few_text, column(handed, "few", what),
            at_most(1.5))
        for what, text in (("p50_us", "p50"), ("p99_us", "p99"))
    ]


class Outbox:
    """A daemon's outbox, filled by calls and, where a hundred thousand calls would take too long, by hand."""

    def __init__(self, stage: Stage, daemon: Daemon):
        self.stage, self.socket, self.sent = stage, daemon.socket, 0
        state = daemon.socket.parent.parent / "state"
        self.path = next(path for path in pathlib.Path(state).glob("*.sqlite*") if path.suffix in (".sqlite", ".sqlite3"))
        self.names = [f"person{number}" for number in range(ACCOUNTS)]
        stage.add_accounts(self.socket, self.names)
        with wire.Client(self.socket) as client:
            self.handles = [client.call("registration.prove", account=name, password=PASSWORD)["handle"] for name in self.names]
            for frame in self.messages():
                client.socket.sendall(frame)
                client.receive()
        # Real ones, which a courier can be given; put back as often as they are needed.
        self.rows = self.select("SELECT * FROM deliveries ORDER BY id")
        self.change("DELETE FROM deliveries")

    def messages(self) -> list[bytes]:
        """Requests that queue a message each, to an address of its own."""
        frames = []
        for handle in self.handles:
            for _ in range(CODES):
                self.sent += 1
                frames.append(wire.frame("registration.begin", handle=handle, kind="email", contact=f"a{self.sent}@example.org"))
        return frames

    def burden(self, channel: str):
        """Queues messages that are due after all real ones; nobody ever reads them."""
        now = int(time.time() * 1000)
        row = dict(zip(self.columns, self.rows[0]), channel=channel, due_at=now, queued_at=now, expires_at=now + 72 * 3_600_000)
        self.change(
            f"INSERT INTO deliveries VALUES ({', '.join('?' * len(row))})",
            [tuple({**row, "id": number}.values()) for number in range(MANY)])

    def move(self, channel: str):
        self.change("UPDATE deliveries SET channel = ?", [(channel,)])

    def drain(self) -> dict:
        """Ten at a time, so that it is never more; due before everything else."""
        due = self.columns.index("due_at")
        place = ", ".join("?" * len(self.columns))
        frames, found = self.stage.frames([CLAIM]), []
        for turn in range(TURNS):
            first = turn * FEW % len(self.rows)
            rows = [(*row[:due], 0, *row[due + 1:]) for row in self.rows[first:first + FEW]]
            self.change(f"INSERT INTO deliveries VALUES ({place})", rows)
            found.append(self.stage.run("load", "drain", self.socket, frames, FEW))
        return {"rate": FEW * TURNS / sum(FEW / result["rate"] for result in found)}

    def hand(self) -> dict:
        # Five codes an hour is a rule for people.
        self.change("DELETE FROM counters")
        frames = self.messages()
        return self.stage.run("load", "hand", self.socket, self.stage.frames([CLAIM, *frames]), len(frames))

    @property
    def columns(self) -> list[str]:
        return [row[1] for row in self.select("PRAGMA table_info(deliveries)")]

    def select(self, words: str) -> list[tuple]:
        with contextlib.closing(sqlite3.connect(self.path)) as database:
            return database.execute(words).fetchall()

    def change(self, words: str, rows=((),)):
        """The daemon keeps its file to itself; another process may write into it between two of its transactions."""
        with contextlib.closing(sqlite3.connect(self.path, timeout=20)) as database:
            # What the daemon gives its own connections: triggers ask when something was changed.
            database.create_function("moment", 0, lambda: int(time.time() * 1000))
            database.executemany(words, rows)
            database.commit()
