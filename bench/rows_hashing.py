"""Sign-ins: their rate against the bare hash, and what hashing does to everybody else."""

import json
import subprocess

import wire
from stage import PASSWORD, Daemon, NotMeasured, Stage, in_turn, program
from table import Row, at_least, at_most

PINGS, SECONDS_OF_HASHING = 1500, 2.6



def connections(stage: Stage) -> int:
    """More than cores, so that no thread that hashes waits for a client; fewer than would be told `busy` (8 may wait for the cores)."""
    return stage.cores + 6


def sign_ins(stage: Stage, daemon: Daemon):
    """The accounts, and the frames that sign them in; as many as connections, since one account is checked at a time."""
    names = [f"load{i:02d}" for i in range(connections(stage))]
    stage.add_accounts(daemon.socket, names)
    return stage.frames([wire.frame("signin.authenticate", account=name, password=PASSWORD) for name in names])


def rates(stage: Stage, passes: int, memory_kib: int, seconds: float) -> dict[str, list[float]]:
    with Daemon(stage, passes, memory_kib) as daemon:
        frames = sign_ins(stage, daemon)

        def bare(engine: str):
            return lambda: stage.run("hash", engine, passes, memory_kib, stage.cores, seconds)["rate"]

        return in_turn(
            stage.rounds, ours=lambda: stage.load("many", daemon.socket, frames, connections(stage), seconds)["rate"],
            kept=bare("kept"), plain=bare("plain"))


def verify(stage: Stage) -> list[Row]:
    """The whole path of a sign-in, two durable transactions and all, against nothing but the hash."""
    rows = []
    for passes, memory_kib, seconds in ((2, 19_456, 1.5), (3, 65_536, 2.5)):
        found = rates(stage, passes, memory_kib, seconds)
        name = f"sign-ins, {passes} passes, {memory_kib // 1024} MiB"
        is_goal = passes == 2
        rows += [
            Row(name, "/s", found["ours"], "libsodium, kept and wiped", found["kept"], at_least(0.97) if is_goal else None),
            Row(name, "/s", found["ours"], "plain crypto_pwhash", found["plain"], at_least(1.8) if is_goal else None),
        ]
    return rows


def pings(stage: Stage) -> list[Row]:
    """A ping a millisecond, alone and while sign-ins keep all cores hashing."""
    with Daemon(stage, 2, 19_456) as daemon:
        frames = sign_ins(stage, daemon)

        def ping():
            return stage.load("one", daemon.socket, stage.ping, PINGS, 1000)

        def ping_while_hashing():
            command = [program("load"), "many", daemon.socket, frames, connections(stage), SECONDS_OF_HASHING]
            with subprocess.Popen([*map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as load:
                result = ping()
                if load.poll() is not None:
                    raise NotMeasured("the sign-ins ended before the pings")
                signed_in = json.load(load.stdout)
            if signed_in["refused"]:
                raise NotMeasured(f"{signed_in['refused']} of {signed_in['asked']} sign-ins were refused")
            return result

        found = in_turn(stage.rounds, idle=ping, busy=ping_while_hashing)

    def column(which: str, name: str) -> list[float]:
        return [result[name] for result in found[which]]

    return [
        Row("ping p50 while all cores hash", "us", column("busy", "p50_us"), "idle", column("idle", "p50_us")),
        Row("ping p99 while all cores hash", "us", column("busy", "p99_us"), "idle", column("idle", "p99_us"), at_most(2)),
        Row("ping p99 while all cores hash", "us", column("busy", "p99_us"), goal=at_most(150)),
        Row("ping p99.9 while all cores hash", "us", column("busy", "p999_us"), goal=at_most(5000)),
    ]
