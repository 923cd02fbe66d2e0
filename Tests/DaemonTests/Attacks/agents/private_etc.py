"""Accounts of a host that does not exist: passwd, shadow and group below a folder of the test's own."""

import os
import pathlib
import time
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import crypt

TODAY = int(time.time() // 86_400)


def is_today(day):
    """Whether a day of a shadow file is today's; a test may run over midnight."""
    return int(day) in (TODAY, int(time.time() // 86_400))


def hashed(password, setting=None):
    """An independent crypt(3): Python's module, not the agent's code."""
    return crypt.crypt(password, setting or crypt.mksalt(crypt.METHOD_SHA512, rounds=1000))


class PrivateEtc:
    """Writes the three files; reads shadow back."""

    def __init__(self, folder):
        self.etc = pathlib.Path(folder)
        self.etc.mkdir(parents=True, exist_ok=True)
        self.passwd, self.shadow = [], []
        self.add("root", 0, "Root-Old-1")
        self.add("daemon", 1, field="*")

    def add(self, name, uid, password=None, field=None, last=TODAY - 100, minimum=0, expiry="", passwd_field="x"):
        if field is None:
            field = hashed(password)
        self.passwd.append(f"{name}:{passwd_field}:{uid}:{uid}::/nonexistent:/bin/sh")
        self.shadow.append(f"{name}:{field}:{last}:{minimum}:99999:7::{expiry}:")

    def write(self):
        (self.etc / "passwd").write_text("\n".join(self.passwd) + "\n")
        (self.etc / "shadow").write_text("\n".join(self.shadow) + "\n")
        (self.etc / "shadow").chmod(0o600)
        (self.etc / "group").write_text("root:x:0:\n")
        return self

    def lines(self):
        return (self.etc / "shadow").read_text().splitlines()

    def line(self, name):
        found = [line for line in self.lines() if line.startswith(f"{name}:")]
        assert len(found) == 1
        return found[0]

    def field(self, name):
        return self.line(name).split(":")[1]

    def has(self, name, password):
        field = self.field(name)
        return hashed(password, field) == field


def see_everything(pid_of_test=os.getpid()):
    """The command lines and environments of all processes but the test's own, as one byte string."""
    seen = b""
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != pid_of_test:
            for part in ("cmdline", "environ"):
                try:
                    seen += pathlib.Path("/proc", entry, part).read_bytes() + b"\n"
                except OSError:
                    continue  # It ended while we looked.
    return seen
