"""The recipe "A spoken code through SIP" of spec/courier.md: courier, sspr-call and baresip in a telephone network of the test's own."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess

import pytest

from fake_daemon import CLAIM_DELIVERY, delivery
from heard_digits import codes
from private_etc import see_everything
from recipe_page import PAGE, install, recipe
from sms_gateway import Authority
from telephone_lab import (HOST, PORT, RINGS, Lab, Line, Telephone, answers_for, asks_for, ends_with, name_of, needs_lab,
                           wait_until)

pytestmark = needs_lab

RECIPE = "A spoken code through SIP"
PROGRAM = pathlib.Path(__file__).resolve().parents[4] / "packaging/recipes/sspr-call"
NUMBER, CODE = "+493012345678", "48210637"
USER, PASSWORD = "sspr", "s1p-p@ssw0rd/+='*"
TEXT = "This is Example with your recovery code. Your code is: 4, 8, 2, 1, 0, 6, 3, 7. Again: 4, 8, 2, 1, 0, 6, 3, 7. Goodbye."


@pytest.fixture
def lab(folder):
    lab = Lab(folder)
    yield lab
    lab.stop()


@pytest.fixture
def configure(folder):
    """Writes the recipe's files for a peer at `address`; returns the courier's file."""
    def configure(address, *changes, plain=True, password=PASSWORD):
        if plain:
            changes = (("transport = tls\ncaFile = /etc/ssprd/sip-authority.pem\nmedia = srtp\n", "transport = udp\nmedia = rtp\n"), *changes)
        return install(RECIPE, folder, [
            ("/usr/local/libexec/sspr/sspr-call", PROGRAM), ("{number}@sip.example.net", "{number}@" + address),
            ("sspr@sip.example.net", f"sspr@{HOST}"), *changes], [("/etc/ssprd/sip-password", password)])
    return configure


@pytest.fixture
def deliver(daemon, start, lab, configure):
    """Gives one spoken message to a courier in the lab; returns the report's outcome and what the courier said."""
    def deliver(config, identifier=80, contact=NUMBER, **more):
        agent = start("sspr-courier", "--config", config, prefix=lab.enter)
        daemon.give(CLAIM_DELIVERY, delivery(identifier, address=contact, channel="voice", **more))
        outcome = daemon.report_of(identifier, timeout=120)[3]
        said = agent.said()
        assert CODE not in said and NUMBER not in said and PASSWORD not in said
        return outcome, said
    return deliver


def scratch_of(baresip):
    """The folder with which a baresip was started."""
    arguments = pathlib.Path(f"/proc/{baresip}/cmdline").read_bytes().split(b"\0")
    return pathlib.Path(arguments[arguments.index(b"-f") + 1].decode())


def test_attack_E7_a_code_is_spoken_and_stands_nowhere(daemon, start, lab, configure, folder):
    """What is heard at the other end is the code; while it is said, no file has it, and nobody's arguments or environment."""
    # Nobody else's: other tests' processes are looked at too, and theirs have the usual ones as arguments.
    number, code = "+493087654321", "59073146"
    telephone = Telephone(lab, number)
    agent = start("sspr-courier", "--config", configure(telephone.address), prefix=lab.enter)
    daemon.give(CLAIM_DELIVERY, delivery(80, address=f"{number};ext=0042", channel="voice", code=code))
    telephone.wait_for_call(1)
    seen = see_everything()
    assert b"sspr-call\0--config" in seen and b"/usr/bin/baresip\0-f" in seen
    for secret in (code, PASSWORD, number, ", ".join(code)):
        assert secret.encode() not in seen
    scratch, = [path for path in map(scratch_of, lab.pids("baresip")) if path != telephone.folder]
    assert scratch.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in scratch.iterdir()} == {"accounts", "config", "contacts", "openssl"}
    assert os.readlink(scratch / "accounts").startswith("/proc/self/fd/"), "the password has no file"
    assert number not in (scratch / "config").read_text()
    recording = telephone.recording(1)
    assert daemon.report_of(80, timeout=60)[3] == "accepted", agent.said()
    assert codes(recording) == [code, code]
    assert telephone.tones() == "0042"
    assert "accepted by call, exit code 0: sspr-call: spoken to the end" in agent.said()
    assert not scratch.exists()


def test_a_notice_is_spoken_as_often_as_time_allows(lab, configure, deliver):
    telephone = Telephone(lab, NUMBER)
    outcome, said = deliver(configure(telephone.address), kind="passwordReset", code=None)
    assert outcome == "accepted", said
    # It is over in less than half of the time, and is said twice.
    assert telephone.recording(1).stat().st_size > 2 * 8000 * 2 * 5
    assert codes(telephone.recording(1)) == []


def test_a_german_is_called_by_a_german_voice(folder, lab, configure, deliver):
    speaker = pathlib.Path(folder, "speaker")
    speaker.write_text(f'#!/bin/sh\nwords=$(cat)\necho "$1: $words" >>{folder}/said\necho "$words" | exec /usr/bin/espeak-ng -v "$1" -s 150 --stdin --stdout\n')
    speaker.chmod(0o755)
    telephone = Telephone(lab, NUMBER)
    outcome, said = deliver(configure(telephone.address, ("/usr/bin/espeak-ng -v {language} -s 150 --stdin --stdout", f"{speaker} {{language}}")),
                            code=CODE, language="de-AT")
    assert outcome == "accepted", said
    spoken = pathlib.Path(folder, "said").read_text().splitlines()
    # Each digit by itself, and each only once: the second time the same sound is played.
    digits = ["vier", "acht", "zwo", "eins", "null", "sechs", "drei", "sieben"]
    assert spoken[0].startswith("de: Hier ist ") and spoken[1:9] == [f"de: {digit}" for digit in digits]
    assert not any(f": {digit}" in line for digit in digits for line in spoken[9:])


@pytest.mark.parametrize("trusted", [True, False])
def test_signalling_and_sound_are_encrypted(trusted, folder, binary, lab, configure):
    """The page's file as it stands (TLS with a certificate that is looked at, SRTP or no call), tried out as the page says."""
    authority = Authority(folder)
    certificate = authority.certificate(HOST, f"subjectAltName=IP:{HOST},DNS:{HOST}")
    telephone = Telephone(lab, NUMBER, certificate)
    # The stranger is an authority that signed nothing here.
    stranger = pathlib.Path(folder, "stranger")
    stranger.mkdir()
    known = authority.path if trusted else Authority(stranger).path
    config = configure(f"{HOST}:{PORT + 1}", ("/etc/ssprd/sip-authority.pem", known), plain=False)
    tried = subprocess.run([*lab.enter, binary("sspr-courier"), "--config", config, "--send-test", NUMBER, "--channel", "voice"],
                           capture_output=True, text=True, timeout=120)
    if trusted:
        assert (tried.returncode, tried.stderr) == (0, "") and f"--channel voice\n{tried.stdout}```" in PAGE.read_text(), tried.stdout
        assert codes(telephone.recording(1)) == ["12345678", "12345678"]
        assert "srtp" in telephone.said().lower()
    else:
        assert tried.returncode == 1 and tried.stdout.startswith("call: retry, exit code 75: sspr-call: "), tried.stdout
        assert "Call established" not in telephone.said()


@pytest.mark.parametrize("status, outcome, words", [
    ("486 Busy Here", "retry", "retry by call, exit code 75: sspr-call: not connected: 486 Busy Here"),
    ("480 Temporarily Unavailable", "retry", "exit code 75"),
    ("503 Service Unavailable", "retry", "exit code 75"),
    ("603 Decline", "retry", "exit code 75"),
    ("403 Forbidden", "retry", "exit code 77"),
    ("404 Not Found", "rejected", "unknown recipient by call, exit code 67: sspr-call: not connected: 404 Not Found"),
    ("604 Does Not Exist Anywhere", "rejected", "unknown recipient by call, exit code 67"),
    ("484 Address Incomplete", "rejected", "refused by call, exit code 65"),
    ("488 Not Acceptable Here", "rejected", "refused by call, exit code 65"),
])
def test_a_call_that_is_not_connected(status, outcome, words, lab, configure, deliver):
    line = Line(lab, ends_with(status))
    came_of_it, said = deliver(configure(line.address))
    line.finished()
    assert (came_of_it, words in said) == (outcome, True), said


def test_nobody_answers(lab, configure, deliver):
    """It is rung for as long as the file says, and the call is taken back."""
    line = Line(lab, RINGS)
    outcome, said = deliver(configure(line.address, ("ringSeconds = 20", "ringSeconds = 5")))
    line.finished()
    assert outcome == "retry" and "exit code 75: sspr-call: nobody answered" in said, said


def test_nobody_is_there(lab, configure, deliver):
    outcome, said = deliver(configure(f"{HOST}:5099", ("ringSeconds = 20", "ringSeconds = 5")))
    assert outcome == "retry" and "exit code 75: sspr-call: " in said, said


@pytest.mark.parametrize("password, words", [(PASSWORD, "486 Busy Here"), ("wrong", "403 Forbidden")])
def test_the_account_proves_itself(password, words, lab, configure, deliver):
    """A digest (RFC 3261): the line is busy for who knows the password."""
    line = Line(lab, asks_for(USER, PASSWORD))
    outcome, said = deliver(configure(line.address, ("user = sspr", f"user = {USER}"), password=password))
    line.finished()
    assert outcome == "retry" and f"not connected: {words}" in said, said


@pytest.mark.parametrize("seconds, outcome, words", [
    (4, "retry", "exit code 75: sspr-call: hung up before the message was said"),
    (18, "accepted", "exit code 0: sspr-call: hung up after the code was said"),
])
def test_somebody_hangs_up(seconds, outcome, words, lab, configure, deliver):
    """The words begin with the answer, not with what is heard while it rings."""
    line = Line(lab, answers_for(seconds * 1000))
    came_of_it, said = deliver(configure(line.address))
    line.finished()
    assert (came_of_it, words in said) == (outcome, True), said


@pytest.fixture
def speak(lab, configure):
    """Starts sspr-call by itself."""
    started = []

    def speak(address, message=None, *changes, user=()):
        config = pathlib.Path(configure(address, *changes)).with_name("sspr-call.ini")
        process = subprocess.Popen([*lab.enter, *user, str(PROGRAM), "--config", str(config)], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        process.stdin.write(json.dumps(message or {"number": NUMBER, "text": TEXT}))
        process.stdin.close()
        return process
    yield speak
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=60)


def baresip_of(process):
    def child():
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        return next((int(pid) for pid in children if name_of(pid) == "baresip"), None)
    return wait_until(child, "the start of baresip")


def control_port(pid):
    """Where a baresip listens on the loopback."""
    sockets = set()
    for path in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        # One that was closed since the folder was read listens nowhere.
        with contextlib.suppress(FileNotFoundError):
            sockets.add(os.readlink(path))
    rows = [row.split() for row in pathlib.Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    port, = [row[1].split(":")[1] for row in rows if row[3] == "0A" and row[1].startswith("0100007F:") and f"socket:[{row[9]}]" in sockets]
    return int(port, 16)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_hangs_up_properly(number, lab, speak):
    telephone = Telephone(lab, NUMBER)
    process = speak(telephone.address)
    baresip = baresip_of(process)
    scratch = scratch_of(baresip)
    telephone.wait_for_call(1)
    process.send_signal(number)
    assert process.wait(timeout=60) == 75
    # The other side was told: without a goodbye it would listen on.
    telephone.recording(1)
    assert process.stderr.read() == f"sspr-call: stopped by {number.name}\n"
    assert not scratch.exists() and not os.path.exists(f"/proc/{baresip}")


def test_a_kill_leaves_no_call_and_no_secret(lab, speak):
    """SIGKILL, as the courier's time limit does: baresip goes, too, and what stays holds neither code nor password."""
    telephone = Telephone(lab, NUMBER)
    process = speak(telephone.address)
    baresip = baresip_of(process)
    scratch = scratch_of(baresip)
    telephone.wait_for_call(1)
    process.kill()
    process.wait(timeout=60)
    wait_until(lambda: not os.path.exists(f"/proc/{baresip}"), "the end of baresip")
    try:
        assert os.readlink(scratch / "accounts").startswith("/proc/self/fd/")
        assert PASSWORD not in (scratch / "config").read_text()
    finally:
        for path in scratch.iterdir():
            path.unlink()
        scratch.rmdir()


def test_whoever_takes_the_control_port_ends_the_call(lab, speak):
    """baresip obeys anybody on the loopback; the newest connection pushes ours away, and then there is no call any more."""
    telephone = Telephone(lab, NUMBER)
    process = speak(telephone.address)
    baresip = baresip_of(process)
    scratch = scratch_of(baresip)
    telephone.wait_for_call(1)
    taken = subprocess.run([*lab.enter, "bash", "-c", f"cat <>/dev/tcp/127.0.0.1/{control_port(baresip)}"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=60)
    assert taken.returncode in (0, 1), "it is cut off, too"
    assert process.wait(timeout=60) == 75
    assert process.stderr.read() == "sspr-call: baresip went away\n"
    assert not os.path.exists(f"/proc/{baresip}") and not scratch.exists()


def test_a_user_without_rights_may_call(folder, lab, speak):
    """The courier is not root."""
    line = Line(lab, answers_for(2000))
    os.chmod(folder, 0o755)
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]

    def handed_over():
        for name in ("sspr-call.ini", "sip-password"):
            os.chown(pathlib.Path(folder, name), 65534, 65534)
        return nobody
    # The files are written by `speak`: once for their owner, and once more for the call.
    speak(line.address, {"number": "bad", "text": ""}).wait(timeout=60)
    # The tree may stand where nobody else may go.
    program = shutil.copy(PROGRAM, folder)
    process = subprocess.Popen([*lab.enter, *handed_over(), program, "--config", f"{folder}/sspr-call.ini"], stdin=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    _, said = process.communicate(json.dumps({"number": NUMBER, "text": TEXT}), timeout=90)
    line.finished()
    assert (process.returncode, said) == (75, "sspr-call: hung up before the message was said\n")


@pytest.mark.parametrize("message", ["", "{}", "[]", "null", '{"number": "+49", "text": "x"}', '{"number": "+4930;x", "text": "x"}',
                                     '{"number": "+493012345678", "text": " "}', '{"number": "+493012345678", "extension": "4*", "text": "x"}',
                                     '{"number": "+493012345678", "language": "-v x", "text": "x"}',
                                     '{"number": 493012345678, "text": "x"}', '{"number": "+493012345678", "text": ["' + CODE + '"]}'])
def test_what_is_no_message_is_refused_without_a_call(message, configure):
    config = pathlib.Path(configure(f"{HOST}:{PORT}")).with_name("sspr-call.ini")
    ended = subprocess.run([PROGRAM, "--config", config], input=message, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (65, "sspr-call: standard input is no message with `number` and `text`\n")


@pytest.mark.parametrize("old, new, words", [
    ("[voice]\n", "[sound]\n", "unknown section [sound]; expected account, call, voice"),
    ("times = 2\n", "colour = red\n", "[call] colour: unknown key; expected one of afterExtensionSeconds, dial,"),
    ("[account]\n", "", "File contains no section headers."),
    ("times = 2\n", "times = 2\ntimes = 3\n", "option 'times' in section 'call' already exists"),
    ("address = sip:", "address = mailto:", "[account] address: expected an address such as sip:"),
    ("address = sip:sspr", "address = sip:ss\"pr", "[account] address: expected an address such as sip:"),
    ("transport = udp", "transport = pigeon", "[account] transport: expected one of udp, tcp, tls"),
    ("media = rtp", "media = srtp", "[account] media: srtp needs `transport = tls`"),
    ("transport = udp", "transport = tls", "[account] caFile: goes with `transport = tls`"),
    ("transport = udp", "transport = udp\ncaFile = FOLDER/lines", "[account] caFile: goes with `transport = tls`"),
    ("transport = udp", "transport = tls\ncaFile = FOLDER/missing", "[account] caFile: cannot be read"),
    ("transport = udp", "transport = tls\ncaFile = FOLDER/lines", None),
    ("user = sspr\n", "user = ss;pr\n", "[account] user: expected a name without"),
    ("user = sspr\n", "", "[account] passwordFile: goes with `user`"),
    ("sip-password", "missing", "[account] passwordFile: cannot be used: [Errno 2]"),
    ("sip-password", "open", "[account] passwordFile: cannot be used: must belong to root or to this user"),
    ("sip-password", "lines", "[account] passwordFile: cannot be used: expected one line"),
    ("{number}", "+49", "[call] dial: expected {number} (+49...) or {digits} (49...) in it, once"),
    ("{number}", "{number}{digits}", "[call] dial: expected {number} (+49...) or {digits} (49...) in it, once"),
    ("{number}", "00{digits}", None),
    ("ringSeconds = 20", "ringSeconds = 4", "[call] ringSeconds: expected a number from 5 to 45"),
    ("seconds = 50", "seconds = soon", "[call] seconds: expected a number from 20 to 300"),
    ("times = 2", "times = 0", "[call] times: expected a number from 1 to 5"),
    ("/usr/bin/espeak-ng", "espeak-ng", "[voice] speaker: expected an absolute path"),
    ("--stdout", "'--stdout", "[voice] speaker: No closing quotation"),
])
def test_settings(old, new, words, folder, configure):
    """As the courier's own file: a mistake shows at once, with its place, and without a call. None: the change is a good one."""
    for name, content, mode in (("open", "x\n", 0o644), ("lines", "a\nb\n", 0o600)):
        pathlib.Path(folder, name).write_text(content)
        pathlib.Path(folder, name).chmod(mode)
    path = pathlib.Path(configure(f"{HOST}:{PORT}")).with_name("sspr-call.ini")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new).replace("FOLDER", folder))
    ended = subprocess.run([PROGRAM, "--config", path, "--check"], capture_output=True, text=True, timeout=60)
    if words is None:
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "configuration is good\n", "")
    else:
        assert ended.returncode == 78 and words in ended.stderr and str(path) in ended.stderr, ended.stderr
        assert len(ended.stderr.splitlines()) == 1 and PASSWORD not in ended.stderr


@pytest.mark.parametrize("change, code, words", [
    ("seconds = 20", 78, "which leaves no time to ring"),
    ("speaker = FOLDER/none", 69, "is not installed"),
    ("speaker = /bin/false", 75, "the words could not be spoken: CalledProcessError"),
    ("speaker = /bin/true", 75, "the words could not be spoken: "),
])
def test_what_cannot_be_said_is_not_rung(change, code, words, folder, configure):
    path = pathlib.Path(configure(f"{HOST}:{PORT}")).with_name("sspr-call.ini")
    key = change.split(" = ")[0]
    text = path.read_text()
    line = next(line for line in text.splitlines() if line.startswith(f"{key} = "))
    path.write_text(text.replace(line, change.replace("FOLDER", folder)))
    ended = subprocess.run([PROGRAM, "--config", path], input=json.dumps({"number": NUMBER, "text": TEXT}), capture_output=True, text=True,
                           timeout=60)
    assert ended.returncode == code and words in ended.stderr and CODE not in ended.stderr, ended.stderr


@pytest.mark.parametrize("arguments", [[], ["--config"], ["--colour"]])
def test_command_lines(arguments):
    ended = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 64 and "--help" in ended.stderr


def test_the_tables_of_keys_are_whole():
    """The page explains each key that the recipe sets."""
    for line in recipe(RECIPE)["/etc/ssprd/sspr-call.ini"].splitlines():
        if " = " in line:
            assert f"`{line.split(' = ')[0]}`" in PAGE.read_text()
