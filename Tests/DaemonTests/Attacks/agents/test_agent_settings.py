"""Command lines and configuration files that are refused: with file, line, key and what would be accepted; nothing is claimed."""

import os
import pathlib
import subprocess

import pytest

USAGE, CONFIGURATION = 64, 78

COURIER = """\
instance: Example Org
from: sspr@example.com
transport: spool
spool:
  folder: FOLDER/spool
sendmail:
  command: [/usr/bin/msmtp, -C, /etc/msmtp.conf]
"""

WRITEBACK = """\
targets:
  - name: shadow
    kind: shadow
    minimum-uid: 1000
    protected: [root]
    allow-disabled: false
    lockout: none
"""


@pytest.fixture
def run(binary, folder, daemon):
    pathlib.Path(folder, "spool").mkdir(mode=0o700)

    def run(program, *arguments):
        return subprocess.run([binary(program), "--socket", daemon.path, *arguments], capture_output=True, text=True,
                              timeout=60)
    return run


def changed(text, old, new, folder):
    assert old in text
    path = pathlib.Path(folder, "agent.yaml")
    path.write_text(text.replace(old, new).replace("FOLDER", folder))
    path.chmod(0o600)
    return str(path)


@pytest.mark.parametrize("old, new, line, words", [
    ("instance: Example Org\n", "", 1, "the key `instance` is missing"),
    ("instance: Example Org", "instance: ''", 1, "instance: expected text of 1 to 64 bytes"),
    ("instance: Example Org", "instance: " + "x" * 65, 1, "instance: expected text of 1 to 64 bytes"),
    ("instance: Example Org", 'instance: "a\\r\\nBcc: eve"', 1, "instance: expected text of 1 to 64 bytes without control"),
    ("instance: Example Org", "instance: [a]", 1, "instance: expected text"),
    ("sspr@example.com", "nobody", 2, "from: expected email address"),
    ("transport: spool", "transport: pigeon", 3, "transport: expected one of sendmail, spool"),
    ("  folder: FOLDER/spool", "  folder: spool", 5, "spool.folder: expected an absolute path"),
    ("  folder: FOLDER/spool", "  folder: FOLDER/missing", 5, "spool.folder: cannot be used"),
    ("  folder: FOLDER/spool", "  place: FOLDER/spool", 5, "spool: unknown key `place`"),
    ("[/usr/bin/msmtp, -C, /etc/msmtp.conf]", "[msmtp]", 7, "sendmail.command[0]: expected an absolute path"),
    ("[/usr/bin/msmtp, -C, /etc/msmtp.conf]", "/usr/bin/msmtp -C x", 7, "sendmail.command: expected a list"),
    ("[/usr/bin/msmtp, -C, /etc/msmtp.conf]", "[/usr/bin/msmtp]\n  seconds: 60", 8, "sendmail.seconds: expected a number from 1 to 55"),
    ("transport: spool", "transport: spool\ncolour: red", 4, "unknown key `colour`; expected a mapping with keys among instance"),
    ("transport: spool", "transport: spool\ntransport: sendmail", 3, "the same key twice: transport"),
    ("transport: spool", "transport: [", 5, "is not YAML"),
])
def test_courier_settings(old, new, line, words, run, folder, daemon):
    path = changed(COURIER, old, new, folder)
    ended = run("sspr-courier", "--config", path)
    assert ended.returncode == CONFIGURATION
    assert f"{path}:{line}: {words}" in ended.stderr
    assert daemon.claims == []


@pytest.mark.parametrize("old, new, line, words", [
    ("targets:", "target:", 1, "unknown key `target`; expected a mapping with keys among targets"),
    (WRITEBACK, "targets: []\n", 1, "targets: expected a list of 1 to 16 entries"),
    ("  - name: shadow\n    kind", "  - kind", 2, "targets[0]: the key `name` is missing"),
    ("name: shadow", "name: Shadow!", 2, "targets[0].name: expected target: 1 to 32 lower-case"),
    ("kind: shadow", "kind: ldap", 3, "targets[0].kind: expected one of shadow"),
    ("minimum-uid: 1000", "minimum-uid: 0", 4, "targets[0].minimum-uid: expected a number from 1 to 4294967294"),
    ("minimum-uid: 1000", "minimum-uid: many", 4, "targets[0].minimum-uid: expected a number"),
    ("protected: [root]", "protected: [a b]", 5, "targets[0].protected[0]: expected account name"),
    ("allow-disabled: false", "allow-disabled: maybe", 6, "targets[0].allow-disabled: expected one of true, false"),
    ("lockout: none", "lockout: tally2", 7, "targets[0].lockout: expected one of none, faillock"),
    ("lockout: none", "root: etc", 7, "targets[0].root: expected an absolute path"),
    ("lockout: none", "lockout: none\n  - name: shadow\n    kind: shadow", 8, "targets[1].name: the name stands in this list twice"),
])
def test_writeback_settings(old, new, line, words, run, folder, daemon):
    path = changed(WRITEBACK, old, new, folder)
    ended = run("sspr-writeback", "--config", path)
    assert ended.returncode == CONFIGURATION
    assert f"{path}:{line}: {words}" in ended.stderr
    assert daemon.claims == []


def test_a_file_that_others_may_write_to_is_refused(run, folder):
    path = changed(WRITEBACK, "targets:", "targets:", folder)
    pathlib.Path(path).chmod(0o666)
    ended = run("sspr-writeback", "--config", path)
    assert ended.returncode == CONFIGURATION and "writable by nobody else" in ended.stderr


@pytest.mark.parametrize("content, words", [(b"", "is empty"), (b"\xff\xfe\xff", "is not UTF-8"), (b"#" * 70_000, "more than")])
def test_files_that_are_no_configuration(content, words, run, folder):
    path = pathlib.Path(folder, "agent.yaml")
    path.write_bytes(content)
    ended = run("sspr-courier", "--config", str(path))
    assert ended.returncode == CONFIGURATION and words in ended.stderr


def test_a_named_pipe_does_not_hold_the_agent(run, folder):
    os.mkfifo(f"{folder}/pipe", 0o600)
    ended = run("sspr-courier", "--config", f"{folder}/pipe")
    assert ended.returncode == CONFIGURATION and "not a regular file" in ended.stderr


@pytest.mark.parametrize("program, arguments, words", [
    ("sspr-courier", [], "one of --config and --spool"),
    ("sspr-courier", ["--config", "a", "--spool", "b"], "one of --config and --spool"),
    ("sspr-courier", ["--spool"], "--spool needs a value"),
    ("sspr-courier", ["--spool=/a", "--spool=/b"], "--spool is given twice"),
    ("sspr-courier", ["--colour", "red"], "unknown option: --colour"),
    ("sspr-courier", ["spool"], "unexpected argument: spool"),
    ("sspr-courier", ["--spool", "/", "--server-uid", "root"], "--server-uid needs a number"),
    ("sspr-writeback", [], "one of --config and --target"),
    ("sspr-writeback", ["--target", "ldap"], "--target: expected shadow"),
    ("sspr-writeback", ["--target", "shadow", "--root", "etc"], "--root needs an absolute path"),
    ("sspr-writeback", ["--config", "/a", "--root", "/b"], "--root and --chpasswd go with --target"),
])
def test_command_lines(program, arguments, words, run, daemon):
    ended = run(program, *arguments)
    assert ended.returncode == USAGE and words in ended.stderr and "--help" in ended.stderr
    assert daemon.claims == []


@pytest.mark.parametrize("program", ["sspr-courier", "sspr-writeback"])
def test_help(program, run):
    ended = run(program, "--help")
    assert ended.returncode == 0 and ended.stdout.startswith(f"usage: {program}") and "--server-uid" in ended.stdout
