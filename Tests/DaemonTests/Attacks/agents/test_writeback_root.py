"""The shadow target in a private root, through the system's own chpasswd -R. Needs root, like the agent itself."""

import os
import pathlib
import re
import signal
import subprocess
import threading

import pytest

from fake_daemon import CLAIM_WRITEBACK, order
from private_etc import TODAY, PrivateEtc, hashed, is_today, see_everything

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="SKIPPED: chpasswd -R needs root")


@pytest.fixture
def etc(folder):
    etc = PrivateEtc(f"{folder}/root/etc")
    etc.add("alice", 1000, "Alice-Old-1")
    etc.add("bob", 1001, "Bob-Old-1")
    return etc.write()


@pytest.fixture
def serve(start, folder, etc):
    def serve(*arguments, **keywords):
        return start("sspr-writeback", "--target", "shadow", "--root", f"{folder}/root", *arguments, **keywords)
    return serve


@pytest.fixture
def configured(start, folder, etc):
    """Serves by a configuration file with these extra lines."""
    def configured(*lines):
        config = pathlib.Path(folder, "writeback.yaml")
        config.write_text("\n".join(["targets:", "  - name: hosts-shadow", "    kind: shadow", f"    root: {folder}/root",
                                     *("    " + line for line in lines)]) + "\n")
        return start("sspr-writeback", "--config", str(config))
    return configured


@pytest.fixture
def ask(daemon):
    numbers = iter(range(1, 1000))

    def ask(operation, account, password=None, life=20, uid=None):
        number = next(numbers)
        daemon.give(CLAIM_WRITEBACK, order(number, operation, account, password, life, uid))
        return {key: value for key, value in daemon.report_of(number).items() if key != 1}
    return ask


CHANGED = {2: "changed"}


def unchanged(refusal):
    return {2: "unchanged", 3: refusal}


def without_text(report):
    return {key: value for key, value in report.items() if key != 4}


def test_it_serves_the_target_by_its_name(daemon, serve):
    serve()
    daemon.wait_for_claim()
    assert daemon.claims[-1] == {1: "shadow"}


@pytest.mark.parametrize("password", ["New-Pässwörd-1", "with:colon::", " blanks ", "日本語のパスワード", "!#$%&'*", "x" * 511])
def test_set_is_in_force_and_nobody_else_is_touched(password, serve, ask, etc):
    bob, root = etc.line("bob"), etc.line("root")
    serve()
    assert ask("set", "alice", password) == CHANGED
    assert etc.has("alice", password) and not etc.has("alice", "Alice-Old-1")
    assert etc.field("alice").startswith("$y$")
    assert is_today(etc.line("alice").split(":")[2])
    assert (etc.line("bob"), etc.line("root")) == (bob, root)
    assert ask("verify", "alice", password) == CHANGED
    assert without_text(ask("verify", "alice", "Alice-Old-1")) == unchanged("wrongOldPassword")


@pytest.mark.parametrize("password", ["two\nlines", "alice:x\nroot:owned", "carriage\rreturn", b"nul\0byte", "", "x" * 512])
def test_what_would_break_the_line_is_refused(password, serve, ask, etc):
    """attack E6."""
    before = etc.lines()
    serve()
    assert without_text(ask("set", "alice", password)) == unchanged("passwordPolicy")
    assert etc.lines() == before


@pytest.mark.parametrize("method", ["y", "6", "5", "2b", "1"])
def test_verify_knows_every_method_of_crypt(method, folder, start, ask, daemon):
    setting = {"y": "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$", "6": "$6$rounds=1000$saltsalt$", "5": "$5$rounds=1000$saltsalt$",
               "2b": "$2b$04$abcdefghijklmnopqrstuu", "1": "$1$saltsalt$"}[method]
    etc = PrivateEtc(f"{folder}/root/etc")
    etc.add("alice", 1000, field=hashed("Right-One-1", setting))
    etc.write()
    start("sspr-writeback", "--target", "shadow", "--root", f"{folder}/root")
    assert ask("verify", "alice", "Right-One-1") == CHANGED
    assert ask("verify", "alice", "Right-One-2") == unchanged("wrongOldPassword")


def test_verify_says_wrong_password_whatever_is_wrong(serve, ask, etc):
    """An oracle less: absent, doubled, disabled, protected and password-less accounts look like a wrong password."""
    etc.add("locked", 1002, field="!" + hashed("Locked-1"))
    etc.add("never", 1003, field="*")
    etc.add("empty", 1004, field="")
    etc.add("toor", 0, "Toor-1")
    etc.add("double", 1005, "Double-1")
    etc.add("double", 1006, "Double-1")
    etc.write()
    serve()
    for name, password in [("nobody-here", "x"), ("locked", "Locked-1"), ("never", "*"), ("empty", ""), ("empty", "x"),
                           ("toor", "Toor-1"), ("root", "Root-Old-1"), ("daemon", "*"), ("double", "Double-1"),
                           ("alice", "Alice-Old-1\n"), ("alice", "x" * 600), ("alice", b"Alice-Old-1\0tail")]:
        assert ask("verify", name, password) == unchanged("wrongOldPassword"), name


def test_the_stand_in_for_absent_accounts_costs_a_real_hash(binary):
    """A setting that crypt does not accept would cost nothing, and the time would tell who exists."""
    settings = re.findall(rb"\$y\$j9T\$[./0-9A-Za-z]+\$", pathlib.Path(binary("sspr-writeback")).read_bytes())
    assert settings
    for setting in settings:
        assert hashed("anything", setting.decode()).startswith(setting.decode())


def test_preflight_and_set_refuse_for_the_same_reasons(serve, ask, etc):
    etc.add("locked", 1002, field="!" + hashed("Locked-1"))
    etc.add("never", 1003, field="*")
    etc.add("toor", 0, "Toor-1")
    etc.add("service", 999, "Service-1")
    etc.add("twice", 1005, "Twice-1")
    etc.add("twice", 1006, "Twice-1")
    etc.add("young", 1007, "Young-1", last=TODAY, minimum=3)
    etc.add("ripe", 1008, "Ripe-1", last=TODAY - 3, minimum=3)
    etc.add("mustchange", 1009, "Must-1", last=0, minimum=3)
    etc.add("expired", 1010, "Expired-1", expiry=TODAY - 1)
    etc.add("old-style", 1011, "Old-1", passwd_field=hashed("Old-1"))
    etc.write()
    before = etc.lines()
    serve()
    refusals = {"root": "noPermission", "toor": "noPermission", "service": "noPermission", "daemon": "noPermission",
                "absent": "noSuchUser", "twice": "severalUsers", "locked": "accountDisabled", "never": "accountDisabled",
                "expired": "accountDisabled", "young": "passwordPolicy", "old-style": "misconfigured"}
    for name, refusal in refusals.items():
        assert without_text(ask("preflight", name)) == unchanged(refusal), name
        assert without_text(ask("set", name, "New-Password-1")) == unchanged(refusal), name
    assert etc.lines() == before
    for name in ("alice", "ripe", "mustchange"):
        assert ask("preflight", name) == CHANGED
        assert ask("set", name, "New-Password-1") == CHANGED
    assert len(etc.lines()) == len(before)


def test_a_shadow_line_that_is_missing_doubled_or_broken(serve, ask, etc):
    etc.shadow = [line for line in etc.shadow if not line.startswith("alice:")]
    etc.shadow.append(etc.shadow[-1])
    etc.write()
    serve()
    assert without_text(ask("set", "alice", "New-1")) == unchanged("misconfigured")
    assert without_text(ask("set", "bob", "New-1")) == unchanged("severalUsers")
    etc.shadow[-2:] = ["bob:x:1"]
    etc.write()
    assert without_text(ask("set", "bob", "New-1")) == unchanged("misconfigured")
    (etc.etc / "shadow").unlink()
    assert without_text(ask("verify", "bob", "Bob-Old-1")) == unchanged("misconfigured"), "nothing was compared"


def test_settings_of_a_target(daemon, configured, ask, etc):
    etc.add("locked", 1002, field="!" + hashed("Locked-1"))
    etc.add("service", 500, "Service-1")
    etc.write()
    configured("minimum-uid: 500", "protected: [bob]", "allow-disabled: true")
    daemon.wait_for_claim()
    assert daemon.claims[-1] == {1: "hosts-shadow"}
    assert ask("set", "service", "New-1") == CHANGED
    assert ask("set", "locked", "New-1") == CHANGED
    assert without_text(ask("set", "bob", "New-1")) == unchanged("noPermission")
    assert without_text(ask("set", "root", "New-1")) == unchanged("noPermission"), "uid 0 needs no list"


def test_every_target_waits_in_a_claim_of_its_own(daemon, start, folder, etc):
    """None is served only when another has nothing to do: an unserved target makes its resets fail."""
    names = [f"host-{number}" for number in range(8)]
    config = pathlib.Path(folder, "writeback.yaml")
    config.write_text("targets:\n" + "".join(
        f"  - name: {name}\n    kind: shadow\n    root: {folder}/root\n" for name in names))
    start("sspr-writeback", "--config", str(config))
    with daemon.condition:
        assert daemon.condition.wait_for(lambda: len(daemon.claims) >= len(names), 40)
    assert sorted(claim[1] for claim in daemon.claims[:len(names)]) == names


def test_an_order_without_time_or_password_is_not_begun(serve, ask, etc):
    before = etc.lines()
    serve()
    assert without_text(ask("set", "alice", "New-1", life=1)) == unchanged("other")
    assert without_text(ask("set", "alice", "New-1", life=-5)) == unchanged("other")
    assert without_text(ask("set", "alice")) == unchanged("misconfigured")
    assert etc.lines() == before


def chpasswd_that(folder, script):
    program = pathlib.Path(folder, "chpasswd")
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    return str(program)


@pytest.mark.parametrize("script, report", [
    ("cat >/dev/null; echo 'BAD PASSWORD: it is too short' >&2; exit 1", unchanged("passwordPolicy")),
    ("cat >/dev/null; echo 'cannot lock /etc/passwd; try again later.' >&2; exit 1", unchanged("other")),
    ("exit 1", unchanged("other")),
    ("kill -9 $$", unchanged("other")),
    ("cat >/dev/null; exit 0", {2: "unknown"}),
    ("cat >/dev/null; sed -i 's/^alice:[^:]*:/alice:$6$x$y:/' SHADOW; exit 1", {2: "unknown"}),
    ("cat >/dev/null; sed -i 's/^alice:[^:]*:/alice:$6$x$y:/' SHADOW; exit 0", {2: "unknown"}),
    ("cat >/dev/null; rm SHADOW; exit 1", {2: "unknown"}),
    ("/usr/sbin/chpasswd \"$@\"; exit 1", {2: "changed"}),
    ("/usr/sbin/chpasswd \"$@\"; kill -9 $$", {2: "changed"}),
])
def test_the_file_decides_not_the_exit_code(script, report, serve, ask, folder):
    serve("--chpasswd", chpasswd_that(folder, script.replace("SHADOW", f"{folder}/root/etc/shadow")))
    assert without_text(ask("set", "alice", "New-Password-1")) == report


def test_a_missing_chpasswd_is_found_before_anything(serve, ask, folder):
    serve("--chpasswd", f"{folder}/missing")
    assert without_text(ask("preflight", "alice")) == unchanged("misconfigured")
    assert without_text(ask("set", "alice", "New-1")) == unchanged("misconfigured")


def test_a_hanging_chpasswd_is_ended_within_the_order(daemon, serve, ask, folder, etc):
    agent = serve("--chpasswd", chpasswd_that(folder, f"echo $$ > {folder}/pid; sleep 3600"))
    daemon.wait_for_claim()
    assert ask("set", "alice", "New-1", life=4) == {2: "unchanged", 3: "other", 4: "setting the password took too long"}
    assert not pathlib.Path("/proc", pathlib.Path(folder, "pid").read_text().strip()).exists()
    assert agent.process.poll() is None


def test_texts_are_printable_short_and_never_the_password(serve, ask, folder):
    script = "read line; printf 'module said \\033[31m%s\\a\\n' \"$line\" >&2; exit 1"
    serve("--chpasswd", chpasswd_that(folder, script))
    assert ask("set", "alice", "Canary-Password-9") == unchanged("other"), "it was quoted, so nothing is passed on"
    pathlib.Path(folder, "chpasswd").write_text(
        "#!/bin/sh\ncat >/dev/null; printf 'bad \\033[31mthing\\r\\n%01000d' 7 >&2; exit 1\n")
    text = ask("set", "alice", "Canary-Password-9")[4]
    assert len(text) <= 256 and text.isprintable() and text.isascii() and text.startswith("bad [31mthing")


def test_killed_at_every_step_the_file_is_old_or_new(serve, ask, folder, etc):
    """attack E6: chpasswd is killed at each of its file operations in turn; the report always matches the file."""
    calls = "openat,write,fsync,rename,link,unlink,fchmod,fchown,chmod,chown"
    program = pathlib.Path(folder, "chpasswd")
    serve("--chpasswd", str(program))
    program.write_text("")
    program.chmod(0o700)
    outcomes = set()
    for step in range(1, 200):
        program.write_text(
            f"#!/bin/sh\nstrace -qq -o /dev/null -e trace={calls} -e inject={calls}:signal=SIGKILL:when={step} "
            f"/usr/sbin/chpasswd \"$@\"\necho $? > {folder}/code\nexit $(cat {folder}/code)\n")
        password = f"Step-{step}-Password"
        old, others = etc.line("alice"), [line for line in etc.lines() if not line.startswith("alice:")]
        outcome = ask("set", "alice", password)[2]
        assert [line for line in etc.lines() if not line.startswith("alice:")] == others
        if outcome == "changed":
            assert etc.has("alice", password)
        else:
            assert outcome == "unchanged" and etc.line("alice") == old
        outcomes.add(outcome)
        if pathlib.Path(folder, "code").read_text() == "0\n":
            break
    else:
        pytest.fail("it never came to its end")
    assert outcomes == {"changed", "unchanged"} and step > 10


def test_no_secret_in_any_command_line_or_environment(serve, ask, etc):
    """attack E7."""
    serve()
    seen, over = [], threading.Event()

    def watch():
        while not over.is_set():
            seen.append(see_everything())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for round in range(20):
            assert ask("set", "alice", f"Canary-{round}-Secret") == CHANGED
            assert ask("verify", "alice", f"Canary-{round}-Secret") == CHANGED
    finally:
        over.set()
        watcher.join()
    assert any(b"chpasswd" in one for one in seen), "the watch must have seen the program at work"
    assert not any(b"-Secret" in one for one in seen)


def test_the_log_holds_no_password(serve, ask):
    agent = serve()
    ask("set", "alice", "Canary-Log-Secret")
    ask("verify", "alice", "Canary-Wrong-Secret")
    assert "order 1 (set): changed" in agent.said()
    assert "Canary" not in agent.said()


def test_a_late_report_is_told_and_the_next_order_is_taken(daemon, serve, ask):
    agent = serve()
    daemon.late.add(1)
    ask("preflight", "alice")
    assert ask("preflight", "bob") == CHANGED
    assert "order 1: the report was not taken (refused: refused)" in agent.said()


def test_unlock_is_refused_where_no_records_are_kept(serve, ask):
    serve()
    assert without_text(ask("unlock", "alice")) == unchanged("misconfigured")


def test_sigterm_waits_for_the_order_at_hand(daemon, serve, folder, etc):
    agent = serve("--chpasswd", chpasswd_that(folder, f"touch {folder}/begun; sleep 2; exec /usr/sbin/chpasswd \"$@\""))
    daemon.give(CLAIM_WRITEBACK, order(1, "set", "alice", "New-Password-1"))
    while not os.path.exists(f"{folder}/begun"):
        assert agent.process.poll() is None
    agent.process.send_signal(signal.SIGTERM)
    assert daemon.report_of(1)[2] == "changed"
    assert agent.process.wait(timeout=60) == 0
    assert etc.has("alice", "New-Password-1")


def test_without_root_it_does_not_start(daemon, folder, binary):
    """The program is copied to where the other user can reach it."""
    os.chmod(folder, 0o755)
    program = f"{folder}/wb"
    pathlib.Path(program).write_bytes(pathlib.Path(binary("sspr-writeback")).read_bytes())
    os.chmod(program, 0o755)
    ended = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, "--socket", daemon.path,
                            "--target", "shadow"], capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0 and "needs root" in ended.stderr


def test_attack_A15_name_and_number_must_be_one_accounts(configured, ask, etc, folder):
    """Guard: ShadowTarget.known compares the number that the order says with the one in passwd."""
    # Whatever is asked for first finds failure records to clear.
    records = pathlib.Path(folder, "records")
    records.mkdir()
    (records / "alice").write_bytes(b"")
    configured("lockout: faillock", f"faillock: {{folder: {records}, command: /bin/false}}")
    before = etc.lines()
    assert ask("preflight", "alice", uid=1000) == CHANGED
    for uid in (1001, 0, 65_534, 4_294_967_294):
        for operation, password in (("set", "Somebody-Else-1"), ("preflight", None), ("unlock", None)):
            assert ask(operation, "alice", password, uid=uid) == unchanged("otherUser"), (operation, uid)
        # To whoever only knows a name this is a wrong password like any other.
        assert ask("verify", "alice", "Alice-Old-1", uid=uid) == unchanged("wrongOldPassword")
    assert ask("verify", "alice", "Alice-Old-1", uid=1000) == CHANGED
    assert etc.lines() == before
    # Renamed: the name is nobody's, and whoever has the number is not looked for. Reused: the name is somebody else's now.
    etc.passwd = [line.replace("alice:", "alicia:") for line in etc.passwd]
    etc.shadow = [line.replace("alice:", "alicia:") for line in etc.shadow]
    etc.write()
    assert without_text(ask("set", "alice", "Somebody-Else-1", uid=1000)) == unchanged("noSuchUser")
    etc.add("alice", 1002, "Another-Alice-1")
    etc.write()
    assert ask("set", "alice", "Somebody-Else-1", uid=1000) == unchanged("otherUser")
    assert etc.has("alice", "Another-Alice-1") and etc.has("alicia", "Alice-Old-1")
    assert ask("set", "bob", "Bob-New-Sentence-1", uid=1001) == CHANGED
    assert etc.has("bob", "Bob-New-Sentence-1")
