"""The recipes of spec/courier.md for mail and text messages: the page's own files against a relay, a gateway and a modem."""

import pathlib
import re
import signal
import subprocess
import time

import pytest

from fake_daemon import CLAIM_DELIVERY, delivery
from mail_sink import PASSWORD as RELAY_PASSWORD
from mail_sink import USER as RELAY_USER
from mail_sink import Sink
from recipe_page import PAGE, install, recipe
from sms_gateway import PASSWORD as GATEWAY_PASSWORD
from sms_gateway import USER as GATEWAY_USER
from sms_gateway import Authority, Gateway

NUMBER, CODE = "+493012345678", "48210637"
MAIL, GATEWAY, MODEM = "Mail through a relay", "Text messages through an HTTP gateway", "Text messages through a modem"
CALL = "A spoken code through SIP"


@pytest.fixture
def send_test(binary):
    """What an administrator types to try a file out."""
    def send_test(config, *arguments):
        return subprocess.run([binary("sspr-courier"), "--config", config, *arguments], capture_output=True, text=True, timeout=90)
    return send_test


def check_discretion(agent, *secrets):
    for secret in (CODE, NUMBER, "alice@", *secrets):
        assert secret not in agent.said()


# ---------------------------------------------------------------------------------------------------------------------------- mail


@pytest.fixture
def relay(folder):
    sink = Sink(folder).start()
    yield sink
    sink.stop()


def install_mail(folder, relay, password=RELAY_PASSWORD, trust=None):
    return install(MAIL, folder, [
        ("host smtp.example.org", "host localhost"), ("port 587", f"port {relay.port}"), ("user sspr@example.org", f"user {RELAY_USER}"),
        ("/etc/ssl/certs/ca-certificates.crt", trust or relay.cert)], [("/etc/ssprd/smtp-password", password)])


def test_mail_through_a_relay(daemon, start, folder, relay, send_test):
    """STARTTLS, and a password that msmtp reads from its own file."""
    config = install_mail(folder, relay)
    assert send_test(config, "--check").stdout == "configuration is good\n"
    agent = start("sspr-courier", "--config", config)
    daemon.give(CLAIM_DELIVERY, delivery(100))
    assert daemon.report_of(100)[3] == "accepted", agent.said()
    (sender, recipients, encrypted), = relay.envelopes
    assert (sender, recipients, encrypted) == ("sspr@example.org", ["alice@example.org"], True)
    assert CODE in relay.messages[0].get_content().splitlines()
    assert "message 100 (recoveryCode): accepted by relay, exit code 0" in agent.said()
    check_discretion(agent, RELAY_PASSWORD)
    sent = send_test(config, "--send-test", "bob@example.org")
    assert (sent.returncode, sent.stdout) == (0, "relay: accepted, exit code 0\n")
    assert relay.envelopes[1][1] == ["bob@example.org"]


@pytest.mark.parametrize("case, address, outcome, words", [
    ("unknown recipient", "reject@example.org", "rejected", "refused by relay, exit code 65"),
    ("not now", "tempfail@example.org", "retry", "retry by relay, exit code 69"),
    ("wrong password", "alice@example.org", "retry", "retry by relay, exit code 77"),
    ("another authority", "alice@example.org", "retry", "retry by relay, exit code 69"),
])
def test_mail_that_is_not_taken(case, address, outcome, words, daemon, start, folder, relay):
    """As the page says: only 65 drops a message."""
    password = "wrong" if case == "wrong password" else RELAY_PASSWORD
    trust = "/etc/ssl/certs/ca-certificates.crt" if case == "another authority" else None
    agent = start("sspr-courier", "--config", install_mail(folder, relay, password, trust))
    daemon.give(CLAIM_DELIVERY, delivery(101, address=address))
    assert daemon.report_of(101)[3] == outcome
    assert words in agent.said() and relay.messages == []


# ------------------------------------------------------------------------------------------------------------------------- gateway


@pytest.fixture
def gateway(folder):
    authority = Authority(folder)
    gateway = Gateway(authority.certificate())
    gateway.authority = authority.path
    yield gateway
    gateway.stop()


def install_gateway(folder, gateway):
    return install(GATEWAY, folder, [
        ("https://sms.example.net/messages", gateway.url), ("user: example", f"user: {GATEWAY_USER}"),
        ("/etc/ssl/certs/ca-certificates.crt", gateway.authority)], [("/etc/ssprd/gateway-password", GATEWAY_PASSWORD)])


def test_a_text_message_through_a_gateway(daemon, start, folder, gateway, send_test):
    """Form-encoded, basic authentication over TLS, a receipt in JSON."""
    config = install_gateway(folder, gateway)
    agent = start("sspr-courier", "--config", config)
    daemon.give(CLAIM_DELIVERY, delivery(102, address=NUMBER, channel="sms"))
    assert daemon.report_of(102)[3] == "accepted", agent.said()
    fields, headers = gateway.messages[0]
    assert (fields["To"], fields["From"], fields["Reference"]) == (NUMBER, "+15550100", "102")
    assert fields["Body"].startswith(f"{CODE} is the recovery code of alice at Example, ")
    assert headers["Content-Type"] == "application/x-www-form-urlencoded" and headers["Authorization"].startswith("Basic ")
    assert "accepted by gateway, HTTP 201, status queued" in agent.said()
    check_discretion(agent, GATEWAY_PASSWORD)
    sent = send_test(config, "--send-test", NUMBER)
    assert (sent.returncode, sent.stdout) == (0, "gateway: accepted, HTTP 201, status queued\n")


@pytest.mark.parametrize("status, outcome, words", [
    *((status, "retry", "retry") for status in (301, 302, 307, 401, 407, 408, 425, 429, 500, 502, 503, 504, 599)),
    *((status, "rejected", "refused") for status in (400, 402, 403, 404, 405, 410, 413, 422, 451))])
def test_each_status_ends_as_the_page_says(status, outcome, words, daemon, start, folder, gateway):
    gateway.mood = status
    agent = start("sspr-courier", "--config", install_gateway(folder, gateway))
    daemon.give(CLAIM_DELIVERY, delivery(105, address=NUMBER, channel="sms"))
    assert daemon.report_of(105)[3] == outcome
    assert f"message 105 (recoveryCode): {words} by gateway, HTTP {status}\n" in agent.said()
    assert gateway.requests == 1, "no redirection is followed"


def test_a_200_with_an_error_inside_is_no_success(daemon, start, folder, gateway):
    gateway.mood = "no"
    agent = start("sspr-courier", "--config", install_gateway(folder, gateway))
    daemon.give(CLAIM_DELIVERY, delivery(103, address=NUMBER, channel="sms"))
    assert daemon.report_of(103)[3] == "retry" and gateway.messages == []
    check_discretion(agent)


# --------------------------------------------------------------------------------------------------------------------------- modem


@pytest.fixture
def modem(folder):
    """Starts gammu-smsd with the page's file and a dummy phone in the modem's place; keeps what was sent only when asked to."""
    base = pathlib.Path(folder, "gammu")
    for name in ("inbox", "outbox", "sent", "error", "phone"):
        (base / name).mkdir(parents=True)
    started = []

    def begin(keeps):
        config = install(MODEM, folder, [
            ("device = /dev/ttyUSB0\nconnection = at115200\n", f"device = {base}/phone\nmodel = dummy\nconnection = none\ngammuloc = /dev/null\n"),
            ("logfile = syslog", f"logfile = {base}/log"),
            *([("sentsmspath = /var/spool/gammu/outbox/", f"sentsmspath = {base}/sent/")] if keeps else []),
            ("/var/spool/gammu/", f"{base}/")])
        started.append(subprocess.Popen(["gammu-smsd", "-c", f"{folder}/gammu-smsdrc"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return base, config
    yield begin
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


@pytest.mark.parametrize("keeps", [True, False])
def test_a_text_message_through_a_modem(keeps, daemon, start, modem):
    """As on the page, nothing of it stays; with a folder of its own for what was sent, that has number and text."""
    base, config = modem(keeps)
    agent = start("sspr-courier", "--config", config)
    daemon.give(CLAIM_DELIVERY, delivery(104, address=NUMBER, channel="sms"))
    assert daemon.report_of(104)[3] == "accepted", agent.said()
    deadline = time.monotonic() + 60
    while not (base / "log").exists() or f"to {NUMBER}, message reference" not in (base / "log").read_text() or list((base / "outbox").iterdir()):
        assert time.monotonic() < deadline, "the dummy phone sent nothing"
        time.sleep(0.05)
    assert list((base / "error").iterdir()) == []
    kept = [path.read_text() for path in (base / "sent").iterdir()]
    wide = CODE.encode("utf-16-be").hex().upper()
    if keeps:
        assert len(kept) == 1 and f'Number = "{NUMBER}"' in kept[0] and wide in kept[0]
    else:
        files = [path for path in base.rglob("*") if path.is_file()]
        assert kept == [] and files
        assert not any(CODE in text or wide in text for text in (path.read_text(errors="replace") for path in files))
    check_discretion(agent)


# ------------------------------------------------------------------------------------------------------------------------ the page


@pytest.fixture
def shown(folder, send_test):
    """Looks at a courier's file of the page, changed; the files that it names are there. Returns its text, its path, and what looks."""
    for name in ("password", "authority"):
        pathlib.Path(folder, name).write_text("-----BEGIN CERTIFICATE-----\n")
        pathlib.Path(folder, name).chmod(0o600)
    path = pathlib.Path(folder, "courier.yaml")

    def check(text):
        path.write_text(text.replace("/etc/ssprd/gateway-password", f"{folder}/password")
                        .replace("/etc/ssl/certs/ca-certificates.crt", f"{folder}/authority"))
        return send_test(str(path), "--check")

    def shown(title):
        text = recipe(title)["/etc/ssprd/courier.yaml"]
        assert check(text).stdout == "configuration is good\n"
        return text, path, check
    return shown


@pytest.mark.parametrize("title", [GATEWAY, MODEM])
def test_a_template_that_cannot_be_filled_is_found_at_the_start(title, shown):
    """Each place of the page's templates misspelt: 78, with file, line and key."""
    text, path, check = shown(title)
    places = list(re.finditer(r"\{(number|text|from|id)\}", text))
    assert places
    for place in places:
        line = text[:place.start()].count("\n") + 1
        for spoilt in ("{nmuber}", "{number", "number}"):
            ended = check(text[:place.start()] + spoilt + text[place.end():])
            assert ended.returncode == 78 and f"{path}:{line}: transports." in ended.stderr, ended.stderr


@pytest.mark.parametrize("title", [MAIL, GATEWAY, MODEM, CALL])
def test_an_unknown_key_is_found_at_the_start(title, shown):
    text, path, check = shown(title)
    lines = text.splitlines()
    numbers = [index for index, line in enumerate(lines) if re.match(r"instance: |  (email|sms|voice|relay|gateway|modem|call): ", line)]
    assert len(numbers) >= 2
    for number in numbers:
        indent = " " * (len(lines[number]) - len(lines[number].lstrip()))
        ended = check("\n".join([*lines[:number], f"{indent}colour: red", *lines[number:]]) + "\n")
        assert ended.returncode == 78 and re.search(rf"{path}:\d+: .*colour", ended.stderr), ended.stderr


def test_a_file_that_cannot_be_reached(folder, send_test, shown):
    ended = send_test(f"{folder}/nowhere.yaml", "--check")
    assert ended.returncode == 78 and f"{folder}/nowhere.yaml: " in ended.stderr
    text, path, check = shown(GATEWAY)
    ended = check(text.replace("/etc/ssprd/gateway-password", f"{folder}/missing"))
    line = text[:text.index("passwordFile")].count("\n") + 1
    assert ended.returncode == 78 and f"{path}:{line}: transports.gateway.passwordFile: cannot be used: {folder}/missing" in ended.stderr


def test_the_refusal_that_the_page_quotes_is_a_real_one(shown):
    quoted = re.search(r"^sspr-courier: /etc/ssprd/courier.yaml(:\d+: transports\..*)$", PAGE.read_text(), re.M)
    text, path, check = shown(GATEWAY)
    assert check(text.replace("{text}", "{txt}")).stderr == f"sspr-courier: {path}{quoted[1]}\n"
