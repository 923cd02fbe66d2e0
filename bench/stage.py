"""The stage: a folder of its own, the programs, and what is started and ended on it."""

import contextlib
import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import wire

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = {
    # As they are installed: stripped.
    "ssprd": ROOT / ".build-bench/installed/sbin/ssprd",
    "ssprclient": ROOT / ".build-bench/installed/bin/ssprclient",
    "nio-echo": ROOT / ".build-bench/release/nio-echo",
    "in-process": ROOT / ".build-bench/release/in-process",
    **{name: ROOT / ".build-bench/c" / name for name in ("echo", "hash", "helper", "load", "rows", "spawn")},
}
PINNED = ("taskset", "-c", "0")
PASSWORD = "correct horse battery staple"


class NotMeasured(Exception):
    """Something that a row needs did not work."""


def program(name: str) -> str:
    path = PROGRAMS[name]
    if not path.exists():
        raise NotMeasured(f"{path.relative_to(ROOT)} is not built: run make bench")
    return str(path)


def in_turn(rounds: int, **candidates) -> dict[str, list]:
    """Runs every candidate once a round, so that what disturbs the machine disturbs all of them; the first round does not count."""
    results: dict[str, list] = {name: [] for name in candidates}
    for round_number in range(rounds + 1):
        for name, candidate in candidates.items():
            result = candidate()
            if round_number > 0:
                results[name].append(result)
    return results


class Server:
    """A process that serves a socket; ended with SIGTERM at the end of its `with`."""

    def __init__(self, stage: "Stage", command: list[str], socket: pathlib.Path, before=()):
        self.socket = socket
        self.log = stage.path("log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([*before, *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.pid = self.process.pid

    def __enter__(self):
        try:
            self.wait_for_answer()
        except BaseException:
            # Without an entry there is no exit.
            self.end()
            raise
        return self

    def wait_for_answer(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError, EOFError), wire.Client(self.socket) as client:
                client.call("service.ping")
                return
            time.sleep(0.01)
        raise NotMeasured(f"{self.socket}: no answer: {self.log.read_text(errors='replace')[-500:]}")

    def __exit__(self, *_):
        self.end()

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def cpu_ns(self) -> int:
        """What all threads have used so far."""
        threads = pathlib.Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)

    def resident_mb(self, line="VmRSS") -> float:
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split(f"{line}:")[1].split()[0]) / 1024


class Daemon(Server):
    """The built ssprd over a state of its own."""

    def __init__(self, stage: "Stage", passes=1, memory_kib=8192, configuration="", before=(), folder: pathlib.Path | None = None):
        # A folder that is given is gone on with as it is.
        self.folder = folder or stage.folder("d")
        if folder is None:
            (self.folder / "run").mkdir(mode=0o755)
            (self.folder / "ssprd.yaml").write_text(f"hashing: {{passes: {passes}, memoryKiB: {memory_kib}}}\n{configuration}")
        super().__init__(stage, daemon_command(self.folder), self.folder / "run/s", before)


def daemon_command(folder: pathlib.Path) -> list[str]:
    return [
        program("ssprd"), "serve", "--config", str(folder / "ssprd.yaml"), "--socket", str(folder / "run/s"),
        "--state", str(folder / "state"), "--keys", str(folder / "keyring"),
    ]


class Stage:
    """A folder that goes with everything in it; how often and how long things are measured."""

    def __init__(self, rounds: int):
        self.rounds = rounds
        self.cores = len(os.sched_getaffinity(0))
        self.numbers = itertools.count()
        # Short: a socket's path ends at 107 bytes.
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="sspr", dir="/tmp"))
        self.root.chmod(0o755)
        self.ping = self.frames([wire.frame("service.ping")])

    def close(self):
        shutil.rmtree(self.root, ignore_errors=True)

    def path(self, name: str) -> pathlib.Path:
        return self.root / f"{name}{next(self.numbers)}"

    def folder(self, name: str) -> pathlib.Path:
        path = self.path(name)
        path.mkdir(mode=0o755)
        return path

    def frames(self, frames: list[bytes]) -> pathlib.Path:
        path = self.path("f")
        path.write_bytes(b"".join(frames))
        return path

    def echo(self, before=()) -> Server:
        path = self.path("s")
        return Server(self, [program("echo"), str(path)], path, before)

    def nio_echo(self, before=()) -> Server:
        path = self.path("s")
        return Server(self, [program("nio-echo"), str(path)], path, before)

    def output(self, *command, before=(), env=None, timeout=120) -> str:
        words = [*before, program(command[0]), *map(str, command[1:])]
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=timeout,
            env={**os.environ, **(env or {})})
        if done.returncode != 0:
            raise NotMeasured(f"{' '.join(map(str, command))}: ended with {done.returncode}: {done.stderr.strip()[-300:]}")
        return done.stdout

    def run(self, *command, **options):
        """Runs a program that prints one line of JSON."""
        return json.loads(self.output(*command, **options))

    def load(self, *words, before=(), refused=0) -> dict:
        """Runs the load generator, and insists on every request having been accepted."""
        result = self.run("load", *words, before=before)
        if result.get("refused", 0) > refused:
            raise NotMeasured(f"load {' '.join(map(str, words))}: {result['refused']} of {result['asked']} were refused")
        return result

    def each(self, socket, frames: list[bytes], uid=0, gid=0, per_uid=0) -> list[float]:
        """Sends every frame once; the microseconds of each, negative where it was refused."""
        return [float(word) for word in self.output("load", "each", socket, self.frames(frames), uid, gid, per_uid).split()]

    def add_accounts(self, socket, names: list[str]):
        added = self.each(socket, [wire.frame("accounts.add", account=name, password=PASSWORD) for name in names])
        if min(added) < 0:
            raise NotMeasured("accounts.add was refused")
