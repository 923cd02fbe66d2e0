"""The store: durable rows and accounts by name, against SQLite in C."""

import wire
from stage import Daemon, NotMeasured, Stage, in_turn
from table import Row, at_least, at_most

CONNECTIONS, SECONDS, LOOKUPS = 64, 0.5, 20_000


def commits(stage: Stage) -> list[Row]:
    """Audit rows a second, each transaction synced to the disk before the next."""
    folders = iter(range(100))
    event_bytes = ours_once(stage, stage.folder("p"), 1, 1, 0.05)["event_bytes"]

    def ours(rows: int, threads: int = 1):
        folder = stage.folder("p")
        return lambda: ours_once(stage, folder, rows, threads)["rows_per_s"]

    def bare(rows: int, manner: str):
        file = stage.root / f"c{next(folders)}.db"
        return lambda: stage.run("rows", "commit", file, rows, SECONDS, event_bytes, manner)["rows_per_s"]

    with Daemon(stage) as daemon:
        names = [f"row{i:02d}" for i in range(CONNECTIONS)]
        stage.add_accounts(daemon.socket, names)
        # Each such call writes its account and one audit row.
        frames = stage.frames([wire.frame("accounts.enable", account=name, isEnabled=True) for name in names])
        check_rows(stage, daemon, frames)
        found = in_turn(
            stage.rounds, c1=bare(1, "lean"), c16=bare(16, "lean"), c64=bare(64, "lean"), same16=bare(16, "same"),
            same64=bare(64, "same"), ours1=ours(1), ours16=ours(16), ours64=ours(64), threads64=ours(1, CONNECTIONS),
            daemon=lambda: stage.load("many", daemon.socket, frames, CONNECTIONS, SECONDS)["rate"])
    return [
        Row("1 row a transaction", "rows/s", found["ours1"], "C, rows only", found["c1"]),
        Row("16 rows a transaction", "rows/s", found["ours16"], "C, rows only", found["c16"], at_least(0.9)),
        Row("16 rows a transaction", "rows/s", found["ours16"], "C, same statements and hash", found["same16"]),
        Row("64 rows a transaction", "rows/s", found["ours64"], "C, rows only", found["c64"], at_least(0.9)),
        Row("64 rows a transaction", "rows/s", found["ours64"], "C, same statements and hash", found["same64"]),
        Row(f"{CONNECTIONS} threads, 1 row each", "rows/s", found["threads64"], "C, 1 row a transaction", found["c1"], at_least(10)),
        Row(f"{CONNECTIONS} connections to the daemon", "rows/s", found["daemon"], "C, 1 row a transaction", found["c1"], at_least(10)),
    ]


def ours_once(stage: Stage, folder, rows: int, threads: int, seconds: float = SECONDS) -> dict:
    return stage.run("in-process", "commit", folder, rows, seconds, threads)


def check_rows(stage: Stage, daemon: Daemon, frames):
    """An answer counts as a row only if it is one."""

    def trail_length() -> int:
        with wire.Client(daemon.socket) as client:
            return client.call("audit.verify")["verified"]

    before = trail_length()
    asked = stage.load("many", daemon.socket, frames, CONNECTIONS, 0.1)["asked"]
    written = trail_length() - before
    # The last request of each connection may not have been answered.
    if not asked - CONNECTIONS <= written <= asked:
        raise NotMeasured(f"{asked} calls left {written} audit rows")


def lookups(stage: Stage) -> list[Row]:
    """One account of many by its name: both sides read the same file, first C, then the store."""
    found = {}
    for rows in (10_000, 1_000_000):
        folder = stage.folder("p")
        stage.output("in-process", "prepare", folder)
        database = folder / "ssprd.sqlite"
        stage.output("rows", "fill", database, rows)
        found[rows] = in_turn(
            stage.rounds, bare=lambda: stage.run("rows", "find", database, rows, LOOKUPS),
            ours=lambda: stage.run("in-process", "find", folder, rows, LOOKUPS))
    small, large = found

    def column(rows: int, who: str, how: str) -> list[float]:
        return [result[how] for result in found[rows][who]]

    lines = [
        Row(f"{rows:,} accounts, {text}", "us", column(rows, "ours", how), "C, prepared", column(rows, "bare", how), at_most(1.3))
        for rows in found for how, text in (("within_us", "within one transaction"), ("apart_us", "a transaction each"))
    ]
    for how, text in (("within_us", "within one transaction"), ("apart_us", "a transaction each")):
        lines.append(
            Row(f"{large:,} accounts, {text}", "us", column(large, "ours", how), f"ours, {small:,}", column(small, "ours", how), at_most(2.2)))
    return lines
