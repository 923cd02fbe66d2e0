"""Starts the built programs in a folder of their own and plays their peers. Nothing of the machine is touched."""

import atexit
import base64
import contextlib
import functools
import hashlib
import hmac
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "Tests/DaemonTests/Interop"))

import sspr  # noqa: E402  (the path comes first)

PASSWORD = "correct horse battery staple"
NEW_PASSWORD = "a wholly different sentence"
SYNCS = "fdatasync,fsync"
QUESTIONS = {1: "Lisbon harbour", 2: "Miller and Sons", 4: "pasta al forno", 7: "chemistry of course", 11: "below the bridge"}


def program(name):
    """The built program; `make test` says where it is."""
    folder = pathlib.Path(os.environ.get("SSPR_BIN", ROOT / ".build/debug"))
    path = folder / name
    assert path.exists(), f"{path} is not built: run make test"
    return str(path)


def client_program():
    """The static client; `make test` says where it is."""
    path = pathlib.Path(os.environ.get("SSPR_CLIENT", ROOT / ".build-static/release/ssprclient"))
    assert path.exists(), f"{path} is not built: run make test"
    return str(path)


def wait_until(condition, seconds=20, what="it"):
    """Waits for a condition; a deadline of a test, not a measured time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(0.01)
    raise AssertionError(f"{what} did not happen within {seconds} s")


def past_the_end_of_a_step(at, seconds):
    """The moment, or a later one where its step of 30 s would end within so many seconds: the code of the step before would die on the way."""
    left = 30 - at % 30
    if left >= seconds:
        return at
    # A clock of a test's own goes on meanwhile too.
    time.sleep(left + 0.05)
    return at + left + 0.05


def app_code(key, at=None, offset=0):
    """What an authenticator app shows (RFC 6238), written here once more so that the daemon's own code is not its judge."""
    at = time.time() if at is None else at
    if offset < 0:
        at = past_the_end_of_a_step(at, 1)
    step = int(at // 30) + offset
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place:place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@functools.cache
def shifted_clock():
    """The library that shows a program another time, built once."""
    folder = tempfile.mkdtemp(prefix="sspr-clock-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    library = f"{folder}/shifted_clock.so"
    source = pathlib.Path(__file__).parent / "clock/shifted_clock.c"
    subprocess.run(["cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library, source, "-ldl"],
                   check=True)
    return library


def fake_clock(file):
    """The environment under which a program takes its time from a file.

    "+601s": so much more time has passed. "+601s -3600s": besides, somebody has set the wall clock back. See shifted_clock.c.
    """
    return {"LD_PRELOAD": shifted_clock(), "SHIFTED_CLOCK": str(file)}


def resident_kib(pid):
    """The memory that a process holds."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS")


class Daemon:
    """One ssprd over one folder; may be killed and started again."""

    def __init__(self, folder, configuration="questions: true\n", hashing="hashing: {passes: 1, memoryKiB: 8192}\n", wrap=(), env=None):
        self.folder = pathlib.Path(folder)
        self.socket = self.folder / "run" / "s"
        self.state = self.folder / "state"
        self.keys = self.folder / "keyring"
        self.log = self.folder / "ssprd.log"
        self.configuration = self.folder / "ssprd.yaml"
        self.wrap = list(wrap)
        self.env = env or {}
        for directory in (self.socket.parent, self.state):
            directory.mkdir(mode=0o755 if directory == self.socket.parent else 0o700, exist_ok=True)
        self.configuration.write_text(configuration + hashing)
        self.process = None

    def command(self):
        return self.wrap + [
            program("ssprd"), "serve", "--config", str(self.configuration), "--socket", str(self.socket),
            "--state", str(self.state), "--keys", str(self.keys),
        ]

    def spawn(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **self.env})
        return self

    def start(self):
        self.spawn()
        wait_until(self.answers, what=f"ssprd's first answer (log: {self.log.read_text()[-2000:]})")
        return self

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"ssprd ended with {self.process.returncode}: {self.log.read_text()[-2000:]}")
        with contextlib.suppress(OSError, sspr.Closed):
            with sspr.Client(self.socket) as client:
                client.call("service.ping")
                return True
        return False

    def pid(self):
        """The daemon's own pid, also under a wrapper such as strace."""
        if not self.wrap:
            return self.process.pid
        found = subprocess.run(["pgrep", "-P", str(self.process.pid), "-x", "ssprd"], capture_output=True, text=True)
        return int(found.stdout.split()[0]) if found.stdout.split() else self.process.pid

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid(), signal.SIGKILL)
        self.process.wait(20)

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid(), signal.SIGTERM)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def connect(self, **options):
        return sspr.Client(self.socket, **options)


@contextlib.contextmanager
def traced(daemon, log, calls, *options):
    """Traces calls of all the daemon's threads into a file, from the first one inside on; strace ends with the daemon."""
    # The kernel names a tracer for the first thread before the others are held, so strace itself must say that it has them all.
    attached = log.with_name(f"{log.name}.attached")
    with open(attached, "w") as told:
        tracer = subprocess.Popen(
            ["strace", "-f", "-e", f"trace={calls}", *options, "-o", str(log), "-p", str(daemon.process.pid)], stderr=told)
    try:
        wait_until(lambda: f"Process {daemon.process.pid} attached with" in attached.read_text(), what="strace")
        yield log
    finally:
        # Stopped while the daemon dies, strace would hang; by itself it ends with it.
        if daemon.process.poll() is None:
            tracer.terminate()
        tracer.wait(20)


class World:
    """A daemon with its peers: administrator, helper, courier, write-back agent and auditor are all this process's uid."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.outbox = []

    def call(self, name, **fields):
        with self.daemon.connect() as client:
            return client.call(name, **fields)

    def refusal(self, name, **fields):
        """The failure's name that a call must end with."""
        with pytest.raises(sspr.Failed) as failed:
            self.call(name, **fields)
        return failed.value.name

    def add(self, account, password=PASSWORD, **fields):
        return self.call("accounts.add", account=account, password=password, **fields)["id"]

    def deliveries(self, count=1):
        """Plays the courier: takes that many messages, accepts them, and keeps them in `outbox`."""
        taken = []
        with self.daemon.connect() as courier:
            for _ in range(count):
                job = courier.call("agents.claimDelivery")["job"]
                courier.call("agents.reportDelivery", id=job["id"], lease=job["lease"], outcome="accepted")
                taken.append(job)
        self.outbox += taken
        return taken

    def code(self, kind, address=None):
        """The newest code message of a kind; other messages on the way are taken too."""
        for _ in range(40):
            job = self.deliveries()[0]
            if job["kind"] == kind and (address is None or job["contact"] == address):
                return job["code"]
        raise AssertionError(f"no {kind}")

    def enrol(self, account, password=PASSWORD, email=True, app=True, questions=False):
        """Registers methods the way a person does (`email` may be the address to use); returns the app's key."""
        key = None
        handle = self.call("registration.prove", account=account, password=password)["handle"]
        if email:
            address = email if isinstance(email, str) else f"{account}@example.org"
            begun = self.call("registration.begin", handle=handle, kind="email", contact=address)
            self.call("registration.confirm", handle=handle, enrolment=begun["enrolment"],
                      code=self.code("confirmationCode", address))
        if app:
            begun = self.call("registration.begin", handle=handle, kind="totp")
            key = begun["key"]
            self.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=app_code(key, offset=-1))
        if questions:
            answers = [{"question": number, "answer": text} for number, text in QUESTIONS.items()]
            self.call("registration.answers", handle=handle, answers=answers)
        return key

    def choice(self, begun, kind):
        return next(method["choice"] for method in begun["methods"] if method["kind"] == kind)

    def begin(self, account, purpose="reset"):
        return self.call("recovery.begin", account=account, purpose=purpose)

    def mailed(self, begun):
        """Asks for the email code of a recovery and takes it from the courier."""
        self.call("recovery.send", handle=begun["handle"], choice=self.choice(begun, "email"))
        return self.code("recoveryCode")

    def grant(self, account, key, purpose="reset"):
        """Proves a recovery with email and app; returns the grant."""
        begun = self.begin(account, purpose)
        code = self.mailed(begun)
        self.call("recovery.answer", handle=begun["handle"], choice=self.choice(begun, "email"), code=code)
        proven = self.call("recovery.answer", handle=begun["handle"], choice=self.choice(begun, "totp"), code=app_code(key))
        return proven["grant"]

    def audit(self, **filters):
        """The whole trail, oldest first."""
        records, reached = [], 0
        while True:
            page = self.call("audit.read", after=reached, **filters)
            records += page["records"]
            reached = page["reached"]
            if page["isLast"]:
                return records

    def events(self, kind, **fields):
        return [r["event"] for r in self.audit() if r["event"]["kind"] == kind and all(r["event"].get(k) == v for k, v in fields.items())]

    def verify(self):
        found = self.call("audit.verify")
        assert found.get("firstBad") is None, found
        return found


@pytest.fixture
def folder():
    """A short folder: socket paths end at 107 bytes."""
    path = tempfile.mkdtemp(prefix="sspr", dir="/tmp")
    os.chmod(path, 0o755)
    yield pathlib.Path(path)
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def daemon(folder):
    daemon = Daemon(folder).start()
    yield daemon
    daemon.stop()


@pytest.fixture
def world(daemon):
    return World(daemon)


def as_uid(uid, path, calls, gid=None, groups=()):
    """Makes calls as another uid in a child process; returns (name, reply or failure) pairs. Needs root."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(read)
            os.setgroups(list(groups))
            os.setresgid(*[gid if gid is not None else uid] * 3)
            os.setresuid(uid, uid, uid)
            answers = []
            try:
                with sspr.Client(path) as client:
                    for name, fields in calls:
                        try:
                            answers.append(("reply", client.call(name, **fields)))
                        except sspr.Failed as failed:
                            answers.append(("failure", failed.name))
            except (OSError, sspr.Closed, AssertionError) as error:
                answers.append(("closed", str(error)))
            os.write(write, base64.b64encode(repr(answers).encode()))
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return eval(base64.b64decode(data).decode())  # noqa: S307  (our own repr from our own child)


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="SKIPPED: playing peers of other uids needs root")
