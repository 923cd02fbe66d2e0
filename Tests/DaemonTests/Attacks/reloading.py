"""A daemon whose file changes while it serves, and peers of another uid whose connections a test holds."""

import array
import os
import signal
import socket
import time

import pytest
import sspr
from harness import Daemon, World

STRANGER = 48_211


class Telling(Daemon):
    """A daemon that tells a service manager how far it is, and whose files can be changed."""

    def __init__(self, folder, configuration, **options):
        super().__init__(folder, configuration, **options)
        self.cost = self.configuration.read_text()[len(configuration):]
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(self.folder / "n"))
        self.manager.settimeout(30)
        self.env = {**self.env, "NOTIFY_SOCKET": str(self.folder / "n")}

    def write(self, configuration):
        """Puts another file in the place of the one before, at once."""
        new = self.folder / "new.yaml"
        new.write_text(configuration + self.cost)
        new.rename(self.configuration)

    def told(self):
        return dict(line.split("=", 1) for line in self.manager.recv(1024).decode().split("\n"))

    def start(self):
        super().start()
        assert self.told()["READY"] == "1"
        return self

    def hang_up(self):
        """SIGHUP, as `systemctl reload` sends it, up to the acknowledgement; returns what the manager was told."""
        before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        os.kill(self.pid(), signal.SIGHUP)
        begun = self.told()
        assert begun["RELOADING"] == "1" and int(begun["MONOTONIC_USEC"]) >= before
        return self.told()


@pytest.fixture
def start(folder):
    daemons = []

    def start(configuration, **options):
        daemons.append(Telling(folder, configuration, **options).start())
        return World(daemons[-1])

    yield start
    for daemon in daemons:
        daemon.stop()
        daemon.manager.close()


def reload(world, configuration):
    world.daemon.write(configuration)
    return {change["field"]: (change["before"], change["after"]) for change in world.call("configuration.reload")["changes"]}


class Connector:
    """A process of another uid that connects and hands its connections over: they are that uid's for ever."""

    def __init__(self, uid, path):
        self.ours, theirs = socket.socketpair()
        self.path = path
        self.child = os.fork()
        if self.child == 0:
            try:
                self.ours.close()
                os.setgroups([])
                os.setresgid(uid, uid, uid)
                os.setresuid(uid, uid, uid)
                while theirs.recv(1):
                    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                    connection.connect(str(path))
                    theirs.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [connection.fileno()]))])
                    connection.close()
            finally:
                os._exit(0)
        theirs.close()

    def connect(self):
        self.ours.send(b"x")
        _, [(_, _, data)], _, _ = self.ours.recvmsg(1, socket.CMSG_SPACE(4))
        client = sspr.Client.__new__(sspr.Client)
        client.path, client.next_id = str(self.path), 1
        client.socket = socket.socket(fileno=int.from_bytes(data[:4], "little"))
        client.socket.settimeout(40)
        return client

    def close(self):
        self.ours.close()
        os.waitpid(self.child, 0)


@pytest.fixture
def stranger():
    """Makes connections of a uid that is not root's."""
    made = []

    def stranger(world):
        made.append(Connector(STRANGER, world.daemon.socket))
        return made[-1]

    yield stranger
    for connector in made:
        connector.close()


def roles(*, stranger):
    """A file in which the stranger is administrator and auditor, or nothing."""
    uids = [0, STRANGER] if stranger else [0]
    return f"roles:\n  administrator: {{users: {uids}}}\n  auditor: {{users: {uids}}}\n"


def ended(client):
    """True when the daemon has closed this connection already: nobody waits for it here."""
    client.socket.setblocking(False)
    try:
        while client.socket.recv(4096):
            pass
        return True
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
