"""Passwords that an account had before, and passwords that have become known, with the real programs (feature F4, F7)."""

import concurrent.futures
import contextlib
import hashlib
import json
import os
import pty
import sqlite3
import subprocess

import pytest
import sspr
from harness import NEW_PASSWORD, PASSWORD, Daemon, World, app_code, client_program, needs_root, program

KNOWN = ["monkey monkey monkey", "this one is in every list", "\u00e9tait une fois un roi"]


def serve(folder, passwords):
    return World(Daemon(folder, f"passwords: {{{passwords}}}\n").start())


@pytest.fixture
def remembering(folder):
    world = serve(folder, "remembered: 2")
    yield world
    world.daemon.stop()


@pytest.fixture
def warned(folder):
    world = serve(folder, f"breached: {known_file(folder)}")
    yield world
    world.daemon.stop()


def ssprd(*arguments, **options):
    return subprocess.run([program("ssprd"), *map(str, arguments)], capture_output=True, text=True, timeout=60, **options)


def known_file(folder, words=KNOWN, name="known"):
    (folder / "words").write_text("".join(f"{word}\n" for word in words))
    made = ssprd("filter", "build", "--from", folder / "words", "--output", folder / name)
    assert made.returncode == 0, made.stderr
    return folder / name


def client(world, *arguments, answers):
    return subprocess.run(
        [client_program(), "--socket", world.daemon.socket, *arguments, "--answers-from", "-"],
        input="".join(f"{line}\n" for line in answers), capture_output=True, text=True, timeout=60)


def change(world, current, new):
    world.call("signin.change", account="alice", current=current, new=new)


def rule(world, call, **fields):
    """The rule that a new password must break."""
    with pytest.raises(sspr.Failed) as failed:
        world.call(call, account="alice", **fields)
    assert failed.value.name == "passwordRefused"
    return failed.value.rule


def former_rows(world):
    with sqlite3.connect(f"file:{world.daemon.state}/ssprd.sqlite?mode=ro", uri=True) as database:
        return database.execute("SELECT COUNT(*) FROM former_passwords").fetchone()[0]


def test_invariant_I41_what_was_a_password_is_refused_when_one_is_changed_and_reset(remembering):
    """Guard: PasswordHistory.compare, after the proof."""
    world = remembering
    world.add("alice")
    key = world.enrol("alice")
    change(world, PASSWORD, "the second pass phrase")
    change(world, "the second pass phrase", "the third pass phrase")
    for old in (PASSWORD, "the second pass phrase"):
        ended = client(world, "change", "alice", answers=["the third pass phrase", old])
        assert ended.returncode == 65 and "this account's password before" in ended.stderr, ended.stderr
    begun = subprocess.Popen(
        [client_program(), "--socket", world.daemon.socket, "reset", "alice", "--method", "email,totp", "--json", "--answers-from", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    code = world.code("recoveryCode")
    out, err = begun.communicate(f"{code}\n{app_code(key)}\n{PASSWORD}\n", timeout=60)
    assert begun.returncode == 65 and json.loads(err.strip().splitlines()[-1])["error"]["rule"] == "usedBefore", out + err
    assert [event["reason"] for event in world.events("password.reset", outcome="refused")] == ["passwordPolicy"]
    # What is older than those that count may come back.
    change(world, "the third pass phrase", "the fourth pass phrase")
    change(world, "the fourth pass phrase", PASSWORD)


def test_invariant_I41_a_refused_reset_gives_the_grant_back(remembering):
    """Guard: Recovery.reset gives a grant back for each rule, five times."""
    world = remembering
    world.add("alice")
    key = world.enrol("alice")
    change(world, PASSWORD, "the second pass phrase")
    grant = world.grant("alice", key)
    for _ in range(4):
        assert rule(world, "recovery.reset", grant=grant, password=PASSWORD) == "usedBefore"
    assert rule(world, "recovery.reset", grant=grant, password="the second pass phrase") == "sameAsCurrent"
    world.call("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
    world.call("signin.authenticate", account="alice", password=NEW_PASSWORD)
    world.verify()


def test_invariant_I41_who_is_not_proven_learns_nothing(remembering):
    """Guard: SignIn.change compares with former passwords after the proof only."""
    world = remembering
    world.add("alice")
    change(world, PASSWORD, "the second pass phrase")
    seen = set()
    for account in ("alice", "nobody-here"):
        for new in (PASSWORD, "the second pass phrase", "never used anywhere"):
            with pytest.raises(sspr.Failed) as failed:
                world.call("signin.change", account=account, current="a wrong guess", new=new)
            seen.add((failed.value.name, failed.value.rule))
    assert seen == {("refused", None)}
    with pytest.raises(sspr.Failed) as failed:
        world.call("recovery.reset", account="alice", grant=os.urandom(32), password=PASSWORD)
    assert (failed.value.name, failed.value.rule) == ("refused", None)
    # Asking looks at no account.
    assert "rule" not in world.call("signin.checkPassword", account="alice", password=PASSWORD)


def test_invariant_I41_of_changes_at_the_same_time_one_wins(remembering):
    """Guard: the transaction that sets looks whether what was compared is still there (PasswordHistory.stillHolds)."""
    world = remembering
    world.add("alice")

    def attempt(number):
        try:
            change(world, PASSWORD, f"the pass phrase number {number}")
            return number
        except sspr.Failed as failed:
            assert failed.name in ("refused", "busy", "throttled"), failed.name
            return None

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        won = [number for number in pool.map(attempt, range(8)) if number is not None]
    assert len(won) == 1
    world.call("signin.authenticate", account="alice", password=f"the pass phrase number {won[0]}")
    assert len(world.events("password.changed")) == 1


def test_fewer_are_kept_after_the_number_was_lowered(folder):
    world = serve(folder, "remembered: 4")
    world.add("alice")
    current = PASSWORD
    for number in range(5):
        change(world, current, f"the pass phrase number {number}")
        current = f"the pass phrase number {number}"
    assert former_rows(world) == 4
    world.daemon.stop()
    world = serve(folder, "remembered: 1, reuseAfterReset: true")
    key = world.enrol("alice", current)
    # A reset may set the present one again here, and that is no other password.
    world.call("recovery.reset", account="alice", grant=world.grant("alice", key), password=current)
    assert former_rows(world) == 1
    change(world, current, "the pass phrase number 0")
    assert rule(world, "signin.change", current="the pass phrase number 0", new=current) == "usedBefore"
    world.call("accounts.remove", account="alice")
    assert former_rows(world) == 0
    world.daemon.stop()


def test_invariant_I42_a_known_password_is_refused_everywhere_and_explained(warned):
    """Guard: Surroundings.checked looks every new password up."""
    world = warned
    world.add("alice")
    key = world.enrol("alice")
    for word in KNOWN:
        ended = subprocess.run([client_program(), "--socket", world.daemon.socket, "password", "check", "alice"],
                               input=word + "\n", capture_output=True, text=True, timeout=60)
        assert ended.returncode == 65 and "known from breaches" in ended.stderr, ended.stderr
        assert rule(world, "signin.change", current=PASSWORD, new=word) == "breached"
    ended = client(world, "change", "alice", "--json", answers=[PASSWORD, KNOWN[0]])
    assert ended.returncode == 65 and json.loads(ended.stderr)["error"]["rule"] == "breached"
    # Typed in another form it is the same password; another case makes another one.
    assert rule(world, "signin.change", current=PASSWORD, new="e\u0301tait une fois un roi") == "breached"
    assert "rule" not in world.call("signin.checkPassword", account="alice", password=KNOWN[1].upper())
    grant = world.grant("alice", key)
    assert rule(world, "recovery.reset", grant=grant, password=KNOWN[1]) == "breached"
    assert [event["reason"] for event in world.events("password.reset", outcome="refused")] == ["passwordPolicy"]
    world.call("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
    assert world.refusal("accounts.add", account="bob", password=KNOWN[0]) == "passwordRefused"
    with pytest.raises(sspr.Failed) as failed:
        world.call("signin.change", account="alice", current="a wrong guess", new=KNOWN[0])
    assert (failed.value.name, failed.value.rule) == ("refused", None)


def spoil(path):
    content = bytearray(path.read_bytes())
    content[-40] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("harm, reason", [
    (spoil, "checksum"), (lambda path: os.truncate(path, 60), "it is damaged"), (lambda path: path.write_bytes(b"#" * 500), "it is no filter"),
    (lambda path: path.chmod(0o666), "group or others may write"), (lambda path: path.unlink(), "No such file"),
    (lambda path: (path.rename(f"{path}.real"), path.symlink_to(f"{path}.real")), "symbolic link"),
    (lambda path: (path.unlink(), os.mkfifo(path, 0o644)), "no regular file"),
    pytest.param(lambda path: os.chown(path, 12345, 12345), "uid 12345", marks=needs_root),
], ids=["byte", "short", "foreign", "writable", "missing", "link", "pipe", "owner"])
def test_invariant_I42_a_file_that_is_not_good_does_not_start(folder, harm, reason):
    """Guard: PasswordFilter.init; the start is refused before anything is made."""
    path = known_file(folder)
    configuration = folder / "ssprd.yaml"
    configuration.write_text(f"passwords: {{breached: {path}}}\nstate: {folder}/state\nkeys: {folder}/keys\nsocket: {folder}/s\n")
    assert ssprd("check-config", "--config", configuration).returncode == 0
    harm(path)
    for command in ("serve", "check-config"):
        ended = ssprd(command, "--config", configuration)
        assert ended.returncode == (78 if command == "serve" else 1), (command, ended.stderr)
        assert f"filter {path}: " in ended.stderr and reason in ended.stderr, ended.stderr
    assert not (folder / "state").exists() and not (folder / "keys").exists()


def test_invariant_I42_a_file_that_is_shortened_in_use_ends_no_daemon(warned):
    """Guard: the file is read and not mapped (PasswordFilter.read): no SIGBUS."""
    world = warned
    world.add("alice")
    key = world.enrol("alice")
    grant = world.grant("alice", key)
    os.truncate(world.daemon.folder / "known", 40)
    assert world.refusal("signin.change", account="alice", current=PASSWORD, new=NEW_PASSWORD) == "internalError"
    assert world.refusal("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD) == "internalError"
    world.call("signin.authenticate", account="alice", password=PASSWORD)
    assert "filter" in world.daemon.log.read_text() and "ends too early" in world.daemon.log.read_text()
    # Nothing was spent: with a good file the same grant works.
    world.daemon.stop()
    known_file(world.daemon.folder)
    world.daemon.start()
    world.call("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)


def test_what_is_replaced_is_used_after_the_next_start(warned):
    world = warned
    world.add("alice")
    known_file(world.daemon.folder, ["quite another list of words"])
    assert rule(world, "signin.change", current=PASSWORD, new=KNOWN[0]) == "breached"
    world.daemon.stop()
    world.daemon.start()
    assert rule(world, "signin.change", current=PASSWORD, new="quite another list of words") == "breached"
    change(world, PASSWORD, KNOWN[0])


def test_attack_F1_trying_passwords_has_a_rate(warned):
    """Guard: CallRate.all: 120 a minute for each uid, whoever asks."""
    with warned.daemon.connect() as peer:
        for _ in range(120):
            peer.call("signin.checkPassword", account="alice", password="x")
        with pytest.raises(sspr.Failed) as failed:
            for _ in range(20):
                peer.call("signin.checkPassword", account="alice", password="x")
        assert failed.value.name == "busy"


def knows(path, word):
    ended = ssprd("filter", "test", path, input=word + "\n")
    assert (ended.stdout, ended.returncode) in (("known\n", 1), ("not known\n", 0)), ended.stderr
    return ended.returncode == 1


def sha(word):
    return hashlib.sha1(word.encode()).hexdigest()


@pytest.mark.parametrize("form", ["upper", "lower", "counted", "windows", "ranges", "padded"])
def test_dumps_of_hashes_come_in_many_forms(folder, form):
    words = [f"dumped password {number}" for number in range(50)]
    hashes = [sha(word) if form == "lower" else sha(word).upper() for word in words]
    source = folder / "dump"
    if form in ("ranges", "padded"):
        source.mkdir()
        for number, line in enumerate(hashes):
            name = line[:5] + (".txt" if number % 2 else "")
            padding = f"{sha('padding')[5:]}:0\r\n" if form == "padded" else ""
            with open(source / name, "a", newline="") as file:
                file.write(f"{line[5:]}:{number + 1}\r\n{padding}")
    else:
        end = "\r\n" if form == "windows" else "\n"
        count = ":17" if form == "counted" else ""
        source.write_bytes(end.join(line + count for line in hashes).encode())
    made = ssprd("filter", "build", "--from-hashes", source, "--output", folder / "known")
    assert made.returncode == 0 and "50 passwords" in made.stdout, made.stdout + made.stderr
    assert all(knows(folder / "known", word) for word in words[:5]) and not knows(folder / "known", "another password")
    told = ssprd("filter", "check", folder / "known")
    assert told.returncode == 0 and "good, 50 passwords" in told.stdout


@pytest.mark.parametrize("option, content, number", [
    ("--from", b"good\nalso good\n\xff\xfe\n", 3), ("--from", b"good\nbell\x07bell\n", 2), ("--from", b"x" * 1025, 1),
    ("--from-hashes", sha("a").encode() + b"\nzz" + sha("b").encode()[2:] + b"\n", 2), ("--from-hashes", sha("a")[5:].encode(), 1),
    ("--from-hashes", sha("a").encode() + b":\n", 1), ("--from-hashes", sha("a").encode() + b":-1\n", 1),
    ("--from-hashes", sha("a").encode() + b"0\n", 1),
])
def test_a_bad_line_is_named_and_the_old_file_stays(folder, option, content, number):
    old = known_file(folder).read_bytes()
    (folder / "bad list").write_bytes(content)
    arguments = ["filter", "build", option, folder / "bad list", "--output", folder / "known"]
    ended = ssprd(*arguments)
    assert ended.returncode == 65 and f"{folder}/bad list:{number}: " in ended.stderr, ended.stderr
    assert (folder / "known").read_bytes() == old
    assert sorted(entry.name for entry in folder.iterdir()) == ["bad list", "known", "words"]
    ended = ssprd(*arguments, "--skip-bad")
    assert ended.returncode == 0 and "1 lines were left out" in ended.stdout, ended.stdout + ended.stderr


def test_a_folder_with_something_else_in_it_is_refused(folder):
    (folder / "ranges").mkdir()
    (folder / "ranges" / "README").write_text("what this is")
    ended = ssprd("filter", "build", "--from-hashes", folder / "ranges", "--output", folder / "known")
    assert ended.returncode == 65 and f"{folder}/ranges/README" in ended.stderr, ended.stderr


def test_progress_is_for_terminals_only(folder):
    (folder / "words").write_text("".join(f"word number {number}\n" for number in range(200_000)))
    arguments = [program("ssprd"), "filter", "build", "--from", folder / "words", "--output", folder / "known"]
    assert subprocess.run(arguments, capture_output=True, timeout=60).stderr == b""
    master, slave = pty.openpty()
    assert subprocess.run(arguments, stdout=subprocess.PIPE, stderr=slave, timeout=60).returncode == 0
    os.close(slave)
    shown = b""
    with contextlib.suppress(OSError):  # Linux says so when nobody is left to write
        while piece := os.read(master, 65536):
            shown += piece
    os.close(master)
    shown = shown.decode()
    assert "131072 passwords read" in shown and "1 of 1 parts made" in shown and shown.endswith("\r\x1b[K")
