"""Starts the built agents against a stand-in daemon. `SSPR_BIN` names the folder of the built programs."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import pytest

from fake_daemon import FakeDaemon

ROOT = pathlib.Path(__file__).resolve().parents[4]


class Agent:
    """A started agent with its standard error in a file."""

    def __init__(self, arguments, log, prefix=()):
        self.log = log
        self.is_wrapped = bool(prefix) and prefix[0] == "strace"
        with open(log, "ab") as errors:
            self.process = subprocess.Popen([*prefix, *arguments], stdin=subprocess.DEVNULL, stderr=errors)

    def said(self):
        return pathlib.Path(self.log).read_text()

    @property
    def pid(self):
        """The agent's own number, also when it runs below a tracer."""
        if not self.is_wrapped:
            return self.process.pid
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            os.kill(self.pid, how)
        return self.process.wait(timeout=60)


@pytest.fixture
def folder():
    """Short, because a socket's path has at most 107 bytes; outside pytest's long names."""
    path = tempfile.mkdtemp(prefix="sa.")
    yield path
    shutil.rmtree(path)


@pytest.fixture
def daemon(folder):
    daemon = FakeDaemon(folder).start()
    yield daemon
    if not daemon.stopped:
        daemon.stop()


@pytest.fixture
def binary():
    base = pathlib.Path(os.environ.get("SSPR_BIN", ROOT / ".build" / "debug"))

    def find(name):
        path = base / name
        assert path.exists(), f"{path} is not built; set SSPR_BIN"
        return str(path)

    return find


@pytest.fixture
def start(folder, daemon, binary):
    """Starts agents and ends those that the test has left running."""
    started = []

    def start(name, *arguments, prefix=()):
        agent = Agent([binary(name), "--socket", daemon.path, *arguments],
                      os.path.join(folder, f"{name}.{len(started)}.log"), prefix)
        started.append(agent)
        return agent

    yield start
    for agent in started:
        agent.end(signal.SIGKILL)
