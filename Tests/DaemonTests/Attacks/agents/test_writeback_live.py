"""The shadow target on "the live system": plain chpasswd through PAM, with an overlay over /etc in a mount namespace of the agent's own."""

import hashlib
import os
import pathlib
import subprocess

import pytest

from fake_daemon import CLAIM_WRITEBACK, order
from private_etc import PrivateEtc, is_today

CHANGED = {2: "changed"}

# Mounts the overlay, lays the seed over it and becomes the agent.
ENTER = """
mount -t tmpfs t "$1" && mkdir "$1/u" "$1/w" && mount -t overlay o -o "lowerdir=/etc,upperdir=$1/u,workdir=$1/w" /etc || exit 99
cp -a "$2/." /etc/ || exit 98
shift 2
exec "$@"
"""


def enter(mount, seed):
    return ["unshare", "-m", "--propagation", "private", "bash", "-c", ENTER, "_", mount, seed]


@pytest.fixture(scope="module")
def permitted(tmp_path_factory):
    base = tmp_path_factory.mktemp("overlay")
    (base / "seed").mkdir()
    (base / "mount").mkdir()
    if os.geteuid() != 0:
        pytest.skip("SKIPPED: mount namespaces need root here")
    tried = subprocess.run(enter(str(base / "mount"), str(base / "seed")) + ["true"], capture_output=True, text=True)
    if tried.returncode != 0:
        pytest.skip(f"SKIPPED: no overlay over /etc in a mount namespace: {tried.stderr.strip()}")


@pytest.fixture
def live(permitted, daemon, start, folder):
    """Starts the agent in its own /etc; gives the files as the agent sees them and a way to ask."""
    seed = pathlib.Path(folder, "seed")
    accounts = PrivateEtc(str(seed))
    accounts.add("alice", 1000, "Alice-Old-1")
    accounts.write()
    os.mkdir(f"{folder}/mount")
    numbers = iter(range(1, 1000))

    def live(*arguments, pam=None):
        if pam:
            (seed / "pam.d").mkdir()
            (seed / "pam.d" / "chpasswd").write_text(pam)
        agent = start("sspr-writeback", *arguments, prefix=enter(f"{folder}/mount", str(seed)))
        daemon.wait_for_claim()
        seen = PrivateEtc.__new__(PrivateEtc)
        seen.etc = pathlib.Path(f"/proc/{agent.pid}/root/etc")

        def ask(operation, account, password=None):
            number = next(numbers)
            daemon.give(CLAIM_WRITEBACK, order(number, operation, account, password))
            return {key: value for key, value in daemon.report_of(number).items() if key != 1}
        return seen, ask

    before = hashlib.sha256(pathlib.Path("/etc/shadow").read_bytes()).digest()
    yield live
    assert hashlib.sha256(pathlib.Path("/etc/shadow").read_bytes()).digest() == before, "the machine's own file"


def test_set_goes_through_pam(live):
    etc, ask = live("--target", "shadow")
    root = etc.line("root")
    assert ask("preflight", "alice") == CHANGED
    assert ask("set", "alice", "Live-Pässwörd-1") == CHANGED
    assert etc.has("alice", "Live-Pässwörd-1") and not etc.has("alice", "Alice-Old-1")
    assert is_today(etc.line("alice").split(":")[2])
    assert etc.line("root") == root
    assert ask("verify", "alice", "Live-Pässwörd-1") == CHANGED
    assert ask("verify", "alice", "Alice-Old-1") == {2: "unchanged", 3: "wrongOldPassword"}


def test_a_password_with_a_line_end_is_refused(live):
    etc, ask = live("--target", "shadow")
    before = etc.lines()
    assert ask("set", "alice", "x\nroot:owned")[3] == "passwordPolicy"
    assert ask("set", "root", "New-Password-1")[3] == "noPermission"
    assert etc.lines() == before


def test_the_systems_own_policy_is_passed_on(live):
    """A real module refuses: pam_pwhistory, told to mind root's changes too."""
    etc, ask = live("--target", "shadow", pam=(
        "password required pam_pwhistory.so remember=5 enforce_for_root\n"
        "password required pam_unix.so yescrypt use_authtok\n"))
    assert ask("set", "alice", "History-One-1") == CHANGED
    assert ask("set", "alice", "History-Two-2") == CHANGED
    before = etc.lines()
    report = ask("set", "alice", "History-One-1")
    assert (report[2], report[3]) == ("unchanged", "passwordPolicy")
    assert "already used" in report[4]
    assert etc.lines() == before


def test_a_broken_pam_stack_changes_nothing(live):
    etc, ask = live("--target", "shadow", pam="password required pam_deny.so\n")
    before = etc.lines()
    report = ask("set", "alice", "New-Password-1")
    assert (report[2], report[3]) == ("unchanged", "other") and report[4].isprintable()
    assert etc.lines() == before


@pytest.fixture
def lockout(folder):
    """A configuration with failure records in a folder of the test's own."""
    records = pathlib.Path(folder, "faillock")
    records.mkdir()

    def lockout(program="/usr/sbin/faillock"):
        config = pathlib.Path(folder, "writeback.yaml")
        config.write_text(
            "targets:\n  - name: shadow\n    kind: shadow\n    lockout: faillock\n    faillock:\n"
            f"      command: {program}\n      folder: {records}\n")
        return str(config)

    return records, lockout


@pytest.mark.skipif(not os.path.exists("/usr/sbin/faillock"), reason="SKIPPED: faillock is not installed")
def test_unlock_clears_the_records_of_one_account(live, lockout):
    records, config = lockout
    # One record as pam_faillock writes it: 64 bytes, here of a failure that is marked valid.
    for name in ("alice", "bob"):
        (records / name).write_bytes(b"tty1".ljust(52, b"\0") + b"\x03\0\x01\0" + b"\0" * 8)
    _, ask = live("--config", config())
    assert ask("unlock", "alice") == CHANGED
    assert (records / "alice").stat().st_size == 0
    assert (records / "bob").stat().st_size == 64
    assert ask("unlock", "alice") == CHANGED, "nothing is left, which is what was asked for"
    assert ask("unlock", "root")[3] == "noPermission"


@pytest.mark.parametrize("program, refusal", [("/bin/false", "other"), ("/bin/true", "other"), ("/missing", "misconfigured")])
def test_unlock_never_pretends(program, refusal, live, lockout):
    records, config = lockout
    (records / "alice").write_bytes(b"\1" * 64)
    _, ask = live("--config", config(program))
    report = ask("unlock", "alice")
    assert (report[2], report[3]) == ("unchanged", refusal)
    assert (records / "alice").stat().st_size == 64
