"""Whole lives of programs: the login's helper, the command line, the daemon's start."""

import os

import wire
from stage import PASSWORD, PROGRAMS, NotMeasured, Stage, daemon_command
from table import Row, at_most

TURNS, STARTS = 100, 15


def helpers(stage: Stage) -> list[Row]:
    """From start to end, in turn. The C echo stands in for the daemon: only the helper is measured, not the hash behind it."""
    token = stage.path("token")
    token.write_bytes(PASSWORD.encode() + b"\0")
    frames = stage.frames([wire.frame("signin.authenticate", account="alice", password=PASSWORD)])
    with stage.echo() as echo:
        client, socket = str(PROGRAMS["ssprclient"]), str(echo.socket)
        commands = {
            "c": [str(PROGRAMS["helper"]), socket, str(frames)],
            "pam": [client, "pam", "auth", "--socket", socket],
            # It refuses: an account that is locked on every system has no hash that would be computed.
            "chkpwd": ["/sbin/unix_chkpwd", "daemon", "nullok"],
            "true": ["/bin/true"],
            "help": [client, "--help"],
            "ping": [client, "protocol", "ping", "--socket", socket],
        }
        words = [word for command in commands.values() for word in ("--", *command)]
        env = {"PAM_USER": "alice", "PAM_TYPE": "auth", "PAM_SERVICE": "login"}
        found = dict(zip(commands, stage.run("spawn", "turns", TURNS, token, *words, env=env)))
    for name, result in found.items():
        if result["failures"] and name != "chkpwd":
            raise NotMeasured(f"{' '.join(commands[name])}: failed {result['failures']} times of {TURNS}")

    def ms(name: str) -> list[float]:
        return [found[name]["ms"]]

    size = os.stat(PROGRAMS["ssprclient"]).st_size / (1 << 20)
    return [
        Row("ssprclient pam auth", "ms", ms("pam"), "C helper", ms("c"), at_most(1.15)),
        Row("ssprclient pam auth", "ms", ms("pam"), "unix_chkpwd", ms("chkpwd"), at_most(0.5)),
        Row("ssprclient pam auth, peak memory", "MB", [found["pam"]["peak_kib"] / 1024], goal=at_most(4)),
        Row("ssprclient, file", "MB", [size], goal=at_most(16)),
        Row("ssprclient --help", "ms", ms("help"), "/bin/true", ms("true"), at_most(3)),
        Row("ssprclient protocol ping", "ms", ms("ping"), "/bin/true", ms("true"), at_most(3)),
    ]


def first_answer(stage: Stage) -> list[Row]:
    """From the daemon's start to its first answer, with nothing there and with what that start has left."""
    empty, again = [], []
    for _ in range(STARTS):
        folder = stage.folder("d")
        (folder / "run").mkdir(mode=0o755)
        (folder / "ssprd.yaml").write_text("")
        words = ("spawn", "first", folder / "run/s", stage.ping, "--", *daemon_command(folder))
        empty.append(stage.run(*words)["ms"])
        again.append(stage.run(*words)["ms"])
    return [
        Row("start to first answer, empty folder", "ms", empty, goal=at_most(30)),
        Row("start to first answer, again", "ms", again, goal=at_most(30)),
    ]
