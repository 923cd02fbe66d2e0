"""Requests as such: latency on one CPU, processor time, memory of connections."""

from stage import PINNED, Daemon, Server, Stage, in_turn
from table import Row, at_most

PINGS, LIVES, CONNECTIONS = 20_000, 3_000, 16


def latency(stage: Stage) -> list[Row]:
    """Server and client share one CPU: the work of a request, without the wake-up of another, perhaps halted, CPU."""
    with stage.echo(PINNED) as echo, stage.nio_echo(PINNED) as nio, Daemon(stage, before=PINNED) as daemon:

        def one(server: Server):
            return lambda: stage.load("one", server.socket, stage.ping, PINGS, 0, before=PINNED)["p50_us"]

        def life(server: Server):
            return lambda: stage.load("life", server.socket, stage.ping, LIVES, before=PINNED)["p50_us"]

        times = in_turn(
            stage.rounds, echo=one(echo), nio=one(nio), ours=one(daemon), echo_life=life(echo), nio_life=life(nio), our_life=life(daemon))
    return [
        Row("ping p50, one CPU", "us", times["ours"], "C blocking echo", times["echo"], at_most(1.65)),
        Row("ping p50, one CPU", "us", times["ours"], "SwiftNIO echo", times["nio"], at_most(1.10)),
        Row("connect, ping, close p50, one CPU", "us", times["our_life"], "C blocking echo", times["echo_life"], at_most(1.15)),
        Row("connect, ping, close p50, one CPU", "us", times["our_life"], "SwiftNIO echo", times["nio_life"]),
    ]


def cost(stage: Stage) -> list[Row]:
    """What a request costs the server under load, and what a connection that says nothing holds."""
    rates: dict[Server, list[float]] = {}

    def used(server: Server):
        def measure() -> float:
            before = server.cpu_ns()
            result = stage.load("many", server.socket, stage.ping, CONNECTIONS, 1)
            rates.setdefault(server, []).append(result["rate"])
            return (server.cpu_ns() - before) / result["asked"] / 1000

        return measure

    with stage.nio_echo() as nio, Daemon(stage) as daemon:
        times = in_turn(stage.rounds, nio=used(nio), ours=used(daemon))
        rate = Row(f"pings at {CONNECTIONS} connections", "/s", rates[daemon][1:], "SwiftNIO echo", rates[nio][1:])
    # A server that has served holds more; what is asked is what it starts with.
    with stage.nio_echo() as nio, Daemon(stage) as daemon:
        start, nio_start = daemon.resident_mb(), nio.resident_mb()
        own, nio_own = daemon.resident_mb("RssAnon"), nio.resident_mb("RssAnon")
        idle = stage.run("load", "idle", daemon.socket, stage.ping, 1000, daemon.pid)
        nio_idle = stage.run("load", "idle", nio.socket, stage.ping, 1000, nio.pid)
    return [
        Row(f"server CPU a ping at {CONNECTIONS} connections", "us", times["ours"], "SwiftNIO echo", times["nio"], at_most(1.4)),
        rate,
        Row("memory after the start", "MB", [start], goal=at_most(20)),
        Row("memory after the start", "MB", [start], "SwiftNIO echo", [nio_start]),
        # The rest is the program's text and data, which the page cache holds once for everybody.
        Row("of it, of its own", "MB", [own], "SwiftNIO echo", [nio_own]),
        Row("an idle connection of 1,000", "bytes", [idle["bytes"]], goal=at_most(6144)),
        Row("an idle connection of 1,000", "bytes", [idle["bytes"]], "SwiftNIO echo", [nio_idle["bytes"]]),
    ]
