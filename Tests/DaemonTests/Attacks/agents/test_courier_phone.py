"""What telephones are told, and the transport `command`: programs of the test's own, and gammu-smsd with its dummy phone."""

import json
import os
import pathlib
import re
import signal
import subprocess
import time

import pytest

from fake_daemon import CLAIM_DELIVERY, delivery

NUMBER = "+493012345678"
CODE = "48210637"
CODES = {"confirmationCode", "recoveryCode"}
KINDS = ["confirmationCode", "recoveryCode", "passwordReset", "passwordChanged", "passwordUndone", "takeoverReported", "accountUnlocked", "methodAdded",
         "methodRemoved", "methodDisabled", "recoveryBlocked", "recoveryDenied", "administratorReset", "administratorResets", "policyChanged",
         "temporaryPassIssued", "recoveryCodesLow", "reminder", "resetUncertain", "unlockUncertain"]
# The alphabet GSM 7 bit, as far as ASCII goes, without what takes two places.
ONE_PLACE = re.compile(r"[A-Za-z0-9 @$!\"#%&'()*+,./:;<=>?_-]*")


def message(identifier, kind="recoveryCode", channel="sms", contact=NUMBER, **more):
    return delivery(identifier, kind, CODE if kind in CODES else None, contact, channel=channel, **more)


@pytest.fixture
def spool(folder):
    path = pathlib.Path(folder, "spool")
    path.mkdir(mode=0o700)
    return path


@pytest.fixture
def program(folder):
    """Writes a program for the transport."""
    def write(text, name="program"):
        path = pathlib.Path(folder, name)
        path.write_text(text)
        path.chmod(0o700)
        return str(path)
    return write


@pytest.fixture
def configure(folder):
    def configure(command, more="", instance="Example Org", channels=("sms", "voice")):
        path = pathlib.Path(folder, "courier.yaml")
        routes = "".join(f"  {channel}: [phone]\n" for channel in channels)
        path.write_text(f"instance: {instance}\nroutes:\n{routes}transports:\n"
                        f"  phone: {{kind: command, command: {command}{more}}}\n")
        return str(path)
    return configure


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_message_is_one_short_line(kind, daemon, start, spool):
    start("sspr-courier", "--spool", str(spool))
    account = "w" * 64
    daemon.give(CLAIM_DELIVERY, message(50, kind, account=account, happened=1_790_596_740_000))
    assert daemon.report_of(50) == {1: 50, 2: 1, 3: "accepted"}
    to, empty, text = (spool / f"50-{kind}.sms").read_text().splitlines()
    assert (to, empty) == (f"To: {NUMBER}", "")
    assert ONE_PLACE.fullmatch(text), "every character takes one place of 7 bits"
    assert len(text) <= 160 - (40 - len("SSPR")), "room for an instance's name of 40 characters"
    assert "w" * 30 + ".." in text and "w" * 31 not in text
    assert "SSPR" in text
    if kind == "reminder":
        assert text.endswith("Please look: ssprclient register")
        return
    assert text.startswith(CODE) if kind in CODES else "28 Sep 11:59 UTC" in text, "the code is what a locked screen shows"
    assert "Not you" in text or "Give it to nobody" in text or "Unexpected?" in text


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_spoken(kind, daemon, start, spool):
    """The code's digits apart and twice; no account, since anybody may pick up."""
    start("sspr-courier", "--spool", str(spool))
    daemon.give(CLAIM_DELIVERY, message(51, kind, "voice", f"{NUMBER};ext=42"))
    assert daemon.report_of(51)[3] == "accepted"
    to, empty, text = (spool / f"51-{kind}.voice").read_text().splitlines()
    assert (to, empty) == (f"To: {NUMBER};ext=42", "")
    assert text.startswith("This is SSPR") and text.endswith("Goodbye.") and "alice" not in text
    apart = "4, 8, 2, 1, 0, 6, 3, 7"
    assert re.findall(r"\d(?:, \d)*", text) == ([apart, apart] if kind in CODES else [])
    if kind in CODES:
        assert f"Your code is: {apart}. Again: {apart}. " in text


def test_attack_E7_a_program_gets_the_text_on_its_standard_input_only(daemon, start, folder, program, configure):
    """Arguments and environment are there for all to see."""
    spy = program(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >{folder}/arguments\nenv >{folder}/environment\ncat >{folder}/input\n")
    agent = start("sspr-courier", "--config", configure(f'[{spy}, --to, "{{number}}", "{{extension}}", "id={{id}}", "{{{{x}}}}", "$(touch {folder}/shell)"]'))
    daemon.give(CLAIM_DELIVERY, message(52))
    assert daemon.report_of(52)[3] == "accepted"
    arguments = pathlib.Path(folder, "arguments").read_text().splitlines()
    assert arguments == ["--to", NUMBER, "", "id=52", "{x}", f"$(touch {folder}/shell)"]
    text = pathlib.Path(folder, "input").read_text()
    assert text.startswith(CODE) and "\n" not in text
    assert CODE not in pathlib.Path(folder, "environment").read_text()
    assert not os.path.exists(f"{folder}/shell")
    daemon.give(CLAIM_DELIVERY, message(53, channel="voice", contact=f"{NUMBER};ext=0042"))
    assert daemon.report_of(53)[3] == "accepted"
    assert pathlib.Path(folder, "arguments").read_text().splitlines()[1:3] == [NUMBER, "0042"]
    assert "4, 8, 2" in pathlib.Path(folder, "input").read_text()
    assert "message 52 (recoveryCode): accepted by phone, exit code 0" in agent.said()
    assert CODE not in agent.said() and NUMBER not in agent.said()


def test_a_program_may_ask_for_json(daemon, start, folder, program, configure):
    spy = program(f"#!/bin/sh\ncat >{folder}/input\n")
    start("sspr-courier", "--config", configure(f"[{spy}]", ", format: json", instance="'A \"quoted\" \\ name'"))
    daemon.give(CLAIM_DELIVERY, message(54, channel="voice", contact=f"{NUMBER};ext=42"))
    assert daemon.report_of(54)[3] == "accepted"
    whole = json.loads(pathlib.Path(folder, "input").read_text())
    text = whole.pop("text")
    assert whole == {"id": 54, "channel": "voice", "kind": "recoveryCode", "number": NUMBER, "extension": "42", "language": "en",
                     "code": CODE}
    assert text.startswith('This is A "quoted" \\ name with your recovery code.')
    daemon.give(CLAIM_DELIVERY, message(55, "passwordReset"))
    assert daemon.report_of(55)[3] == "accepted"
    assert set(json.loads(pathlib.Path(folder, "input").read_text())) == {"id", "channel", "kind", "number", "language", "text"}


@pytest.mark.parametrize("reader, standard, spoken", [
    ("de-AT", "en", "de"), (None, "de", "de"), ("fr", "de-CH", "de"), ("fr", "en", "en"), ("en-GB", "de", "en")])
def test_who_speaks_is_told_the_language(reader, standard, spoken, daemon, start, folder, program, configure):
    spy = program(f"#!/bin/sh\nprintf %s \"$2\" >{folder}/language\ncat >{folder}/input\n")
    path = configure(f'[{spy}, "{{number}}", "{{language}}"]')
    pathlib.Path(path).write_text(f"language: {standard}\n" + pathlib.Path(path).read_text())
    start("sspr-courier", "--config", path)
    daemon.give(CLAIM_DELIVERY, message(60, channel="voice", language=reader))
    assert daemon.report_of(60)[3] == "accepted"
    assert pathlib.Path(folder, "language").read_text() == spoken
    text = pathlib.Path(folder, "input").read_text()
    apart = {"de": "vier, acht, zwo, eins, null, sechs, drei, sieben", "en": "4, 8, 2, 1, 0, 6, 3, 7"}[spoken]
    assert text.count(apart) == 2 and text.startswith({"de": "Hier ist Example Org mit", "en": "This is Example Org with"}[spoken])


def test_a_code_that_is_quoted_in_words_is_not_logged(daemon, start, program, configure):
    parrot = program("#!/bin/sh\ncat >&2\nexit 65\n")
    agent = start("sspr-courier", "--config", configure(f'[{parrot}, "{{number}}"]'))
    daemon.give(CLAIM_DELIVERY, message(61, channel="voice", language="de"))
    assert daemon.report_of(61)[3] == "rejected"
    assert "exit code 65: (it quotes the message)" in agent.said() and "vier" not in agent.said()


def test_a_sample_in_another_language(start, spool, folder, binary):
    def sample(*more):
        return subprocess.run([binary("sspr-courier"), "--spool", str(spool), "--send-test", NUMBER, *more],
                              capture_output=True, text=True, timeout=60)
    assert sample("--language", "de-AT").returncode == 0
    [text] = [path.read_text() for path in spool.iterdir()]
    assert "bestätigt dieses Telefon" in text
    for tag in ("fr", "DE"):
        refused = sample("--language", tag)
        assert refused.returncode == 64 and "--language: expected one of en, de, or a tag" in refused.stderr
    alone = subprocess.run([binary("sspr-courier"), "--spool", str(spool), "--language", "de"], capture_output=True, text=True, timeout=60)
    assert alone.returncode == 64 and "--language goes with --send-test" in alone.stderr


@pytest.mark.parametrize("code, outcome", [
    (0, "accepted"), (65, "rejected"), (67, "rejected"), (68, "rejected"), (69, "retry"), (75, "retry"), (64, "retry"),
    (77, "retry"), (78, "retry"), (1, "retry"), (127, "retry")])
def test_exit_codes(code, outcome, daemon, start, program, configure):
    start("sspr-courier", "--config", configure(f'[{program(f"#!/bin/sh{chr(10)}exit {code}")}, "{{number}}"]'))
    daemon.give(CLAIM_DELIVERY, message(56))
    assert daemon.report_of(56)[3] == outcome


def test_a_program_that_hangs_is_killed(daemon, start, program, configure):
    hanging = program("#!/bin/sh\necho 'no dial tone' >&2\nsleep 3600\n")
    agent = start("sspr-courier", "--config", configure(f'[{hanging}, "{{number}}"]', ", seconds: 5"))
    daemon.give(CLAIM_DELIVERY, message(57))
    assert daemon.report_of(57)[3] == "retry"
    assert "retry by phone, killed after" in agent.said() and "no dial tone" in agent.said()


def test_a_program_that_is_missing_is_an_operators_fault(daemon, start, folder, configure):
    agent = start("sspr-courier", "--config", configure(f'[{folder}/missing, "{{number}}"]'))
    daemon.give(CLAIM_DELIVERY, message(58))
    assert daemon.report_of(58)[3] == "retry"
    assert "retry by phone, cannot be started" in agent.said()


@pytest.mark.parametrize("complaint", [
    f"cannot send {CODE}", f"cannot reach {NUMBER}", "spoken: 4, 8, 2, 1, 0, 6, 3, 7.", "4-8-2-1-0-6-3-7", "dialled +49 30 1234 5678"])
def test_a_program_that_quotes_does_not_spoil_the_log(complaint, daemon, start, program, configure):
    talker = program(f"#!/bin/sh\necho 'trouble: {complaint}' >&2\necho 'second line' >&2\nexit 1\n")
    agent = start("sspr-courier", "--config", configure(f'[{talker}, "{{number}}"]'))
    daemon.give(CLAIM_DELIVERY, message(59))
    assert daemon.report_of(59)[3] == "retry"
    line = agent.said().split("exit code 1: ")[1]
    assert line.startswith("trouble: ") and "second line" not in line
    digits = re.sub(r"\D", "", line)
    assert CODE not in digits and NUMBER[1:] not in digits


def test_mail_never_goes_to_a_telephone_nor_the_other_way_round(daemon, start, program, configure, spool):
    start("sspr-courier", "--spool", str(spool))
    for number, channel, contact in ((60, "sms", "alice@example.org"), (61, "voice", "alice@example.org")):
        daemon.give(CLAIM_DELIVERY, message(number, channel=channel, contact=contact))
        assert daemon.report_of(number)[3] == "rejected"
    assert list(spool.iterdir()) == []


@pytest.fixture
def modem(folder):
    """gammu-smsd with its dummy phone; returns a function that waits for a sent message."""
    base = pathlib.Path(folder, "gammu")
    for name in ("in", "out", "sent", "err", "dummy"):
        (base / name).mkdir(parents=True)
    config = base / "smsdrc"
    config.write_text(
        f"[gammu]\nmodel = dummy\nconnection = none\nport = {base}/dummy\ngammuloc = /dev/null\n[smsd]\nservice = files\n"
        f"logfile = {base}/log\ninboxpath = {base}/in/\noutboxpath = {base}/out/\nsentsmspath = {base}/sent/\n"
        f"errorsmspath = {base}/err/\noutboxformat = detail\ncommtimeout = 1\nsendtimeout = 5\nreceivefrequency = 0\n"
        "statusfrequency = 0\nchecksecurity = 0\nPhoneID = test\n")
    process = subprocess.Popen(["gammu-smsd", "-c", str(config)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)

    def sent():
        deadline = time.monotonic() + 60
        while not list((base / "out").iterdir()) + list((base / "sent").iterdir()) or list((base / "out").iterdir()):
            assert time.monotonic() < deadline, "the dummy phone sent nothing"
            time.sleep(0.05)
        assert list((base / "err").iterdir()) == []
        # Both parts of the name stay: a message of several segments would be several files.
        found = [path.read_text() for path in (base / "sent").iterdir()]
        return [(re.search(r'^Number = "(.*)"', text, re.M)[1], bytes.fromhex("".join(re.findall(r"^Text\d\d = (.*)$", text, re.M))).decode("utf-16-be")) for text in found]

    sent.command = f'[/usr/bin/gammu-smsd-inject, -c, {config}, TEXT, "{{number}}"]'
    yield sent
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)


@pytest.mark.parametrize("instance", ["Example Org", "Büro für Öffentliches", "x" * 40])
def test_a_modem_sends_it(instance, daemon, start, configure, modem):
    """gammu-smsd takes the text from standard input and sends one segment to the number."""
    agent = start("sspr-courier", "--config", configure(modem.command, instance=instance))
    daemon.give(CLAIM_DELIVERY, message(62))
    assert daemon.report_of(62)[3] == "accepted", agent.said()
    (number, text), = modem()
    assert number == NUMBER and text.startswith(CODE) and instance in text and text.endswith("Give it to nobody.")
    assert CODE not in agent.said() and NUMBER not in agent.said()
