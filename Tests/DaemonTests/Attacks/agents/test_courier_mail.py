"""The courier through msmtp to a real SMTP server with STARTTLS and a password."""

import json
import os
import pathlib
import signal
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from fake_daemon import CLAIM_DELIVERY, delivery
from harness import wait_until
from mail_sink import PASSWORD, USER, Sink

# Not the courier's doing: Python ignores SIGPIPE and SIGXFSZ, the C library's posix_spawn its two internal signals.
OTHERS = sum(1 << number - 1 for number in (signal.SIGPIPE, signal.SIGXFSZ, 32, 33))

# A mail program that writes down what it was given.
SPY = """
import json, os, sys
fds = [n for n in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + n)]
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
seen = [sys.argv[1:], dict(os.environ), fds, status["SigBlk"], status["SigIgn"], sys.stdin.read()]
json.dump(seen, open("SEEN", "w"))
"""


@pytest.fixture
def sink(folder):
    sink = Sink(folder).start()
    yield sink
    sink.stop()


@pytest.fixture
def configure(folder, sink):
    """Writes the configurations of msmtp and of the courier; returns the latter's path."""

    def configure(password=PASSWORD, trust=None, host="127.0.0.1", port=None, instance="Example Org", seconds=30, command=None):
        msmtp = pathlib.Path(folder, "msmtp.conf")
        msmtp.write_text(
            f"account default\nhost {host}\nport {port or sink.port}\nauth plain\nuser {USER}\npassword {password}\n"
            f"tls on\ntls_starttls on\ntls_trust_file {trust or sink.cert}\nlogfile {folder}/msmtp.log\n")
        msmtp.chmod(0o600)
        config = pathlib.Path(folder, "courier.yaml")
        command = command or f"[/usr/bin/msmtp, -C, {msmtp}]"
        config.write_text(
            f"instance: {instance}\nfrom: sspr@example.com\nroutes: {{email: [relay]}}\n"
            f"transports:\n  relay: {{kind: sendmail, command: {command}, seconds: {seconds}}}\n", encoding="utf-8")
        return str(config)

    return configure


def test_a_code_arrives_over_tls(daemon, start, sink, configure):
    agent = start("sspr-courier", "--config", configure())
    daemon.give(CLAIM_DELIVERY, delivery(30))
    assert daemon.report_of(30) == {1: 30, 2: 1, 3: "accepted"}
    assert sink.envelopes == [("sspr@example.com", ["alice@example.org"], True)]
    message = sink.messages[0]
    assert not message.defects
    assert message["Message-ID"] == "<sspr.30@example.com>"
    assert message["From"].addresses[0].display_name == "Example Org"
    assert "48210637" in message.get_content().splitlines()
    assert "48210637" not in agent.said() and "alice@" not in agent.said()


@pytest.mark.parametrize("instance", ['Büro für "Öffentliches" \\ Amt', "Ж" * 32, "日本語の名前", 'A "quoted" \\ name'])
def test_names_of_any_script_survive_the_headers(instance, daemon, start, sink, configure):
    start("sspr-courier", "--config", configure(instance=f"'{instance}'"))
    daemon.give(CLAIM_DELIVERY, delivery(31, "passwordReset", None))
    daemon.report_of(31)
    message = sink.messages[0]
    assert not message.defects
    assert message["From"].addresses[0].addr_spec == "sspr@example.com"
    # By the older decoder: the newer one leaves a blank between the encoded words of a display name (RFC 2047 section 6.2 forbids it).
    raw = next(value for name, value in message.raw_items() if name == "From")
    assert str(make_header(decode_header(parseaddr(raw)[0]))) == instance
    assert message["Subject"] == f"Your password was reset ({instance})"
    assert instance.split(" ")[0] in message.get_content()
    assert all(len(line) <= 998 for line in message.as_bytes().splitlines())


@pytest.mark.parametrize("address, outcome, code", [
    ("reject@example.org", "rejected", "65"), ("tempfail@example.org", "retry", "69")])
def test_the_relays_refusal_decides(address, outcome, code, daemon, start, sink, configure):
    agent = start("sspr-courier", "--config", configure())
    daemon.give(CLAIM_DELIVERY, delivery(32, address=address))
    assert daemon.report_of(32)[3] == outcome
    assert f"exit code {code}" in agent.said()
    assert address not in agent.said(), "the relay quotes the address; the log must not"
    assert sink.messages == []


def test_a_wrong_relay_password_is_an_operators_fault(daemon, start, sink, configure):
    agent = start("sspr-courier", "--config", configure(password="wrong"))
    daemon.give(CLAIM_DELIVERY, delivery(33))
    assert daemon.report_of(33) == {1: 33, 2: 1, 3: "retry", 4: "badLogin"}
    assert "exit code 77" in agent.said()


def test_an_untrusted_certificate_stops_the_message(daemon, start, sink, configure):
    agent = start("sspr-courier", "--config", configure(trust="/etc/ssl/certs/ca-certificates.crt"))
    daemon.give(CLAIM_DELIVERY, delivery(34))
    assert daemon.report_of(34)[3] == "retry"
    assert sink.messages == [] and "exit code 69" in agent.said()


def test_an_unknown_relay_name_is_tried_again(daemon, start, sink, configure):
    """msmtp says EX_NOHOST (68) about the relay, not about the recipient: nothing is lost while a name service is down."""
    agent = start("sspr-courier", "--config", configure(host="relay.invalid"))
    daemon.give(CLAIM_DELIVERY, delivery(35))
    assert daemon.report_of(35) == {1: 35, 2: 1, 3: "retry", 4: "unreachable"}
    assert "exit code 68" in agent.said()


@pytest.mark.parametrize("code, outcome", [(0, "accepted"), (64, "retry"), (65, "rejected"), (66, "retry"), (67, "rejected"),
                                           (70, "retry"), (75, "retry"), (78, "retry"), (1, "retry"), (127, "retry")])
def test_exit_codes(code, outcome, daemon, start, folder, configure):
    program = pathlib.Path(folder, "mailer")
    program.write_text(f"#!/bin/sh\ncat >/dev/null\nexit {code}\n")
    program.chmod(0o700)
    start("sspr-courier", "--config", configure(command=f"[{program}]"))
    daemon.give(CLAIM_DELIVERY, delivery(36))
    assert daemon.report_of(36)[3] == outcome


def test_the_programs_surroundings(daemon, start, folder, configure, monkeypatch):
    """No shell, own arguments, a minimal environment, three descriptors, default signals; secrets on stdin only."""
    program = pathlib.Path(folder, "mailer")
    program.write_text("#!/usr/bin/python3\n" + SPY.replace("SEEN", f"{folder}/seen"))
    program.chmod(0o700)
    monkeypatch.setenv("CANARY", "must-not-be-inherited")
    agent = start("sspr-courier", "--config", configure(command=f"[{program}, '; touch {folder}/shell', '$(touch {folder}/shell)']"))
    daemon.give(CLAIM_DELIVERY, delivery(37))
    assert daemon.report_of(37)[3] == "accepted", agent.said()
    arguments, environment, descriptors, blocked, ignored, text = json.loads(pathlib.Path(folder, "seen").read_text())
    assert arguments == [f"; touch {folder}/shell", f"$(touch {folder}/shell)", "-i", "-f", "sspr@example.com", "--",
                         "alice@example.org"]
    assert not os.path.exists(f"{folder}/shell")
    assert set(environment) - {"LC_CTYPE"} == {"PATH", "LC_ALL"} and "48210637" not in str((arguments, environment))
    assert set(descriptors) - {"3"} == {"0", "1", "2"}, "3 is the listing's own"
    assert int(blocked, 16) == 0
    assert int(ignored, 16) & ~OTHERS == 0
    assert "48210637" in text


def test_a_program_that_hangs_is_killed_with_its_children(daemon, start, folder, configure):
    program = pathlib.Path(folder, "mailer")
    program.write_text(f"#!/bin/sh\nsleep 3600 &\necho $! > {folder}/child\nwait\n")
    program.chmod(0o700)
    agent = start("sspr-courier", "--config", configure(command=f"[{program}]", seconds=5))
    daemon.give(CLAIM_DELIVERY, delivery(38))
    assert daemon.report_of(38) == {1: 38, 2: 1, 3: "retry", 4: "timedOut"}
    assert "killed after" in agent.said()
    child = int(pathlib.Path(folder, "child").read_text())

    def lives():
        try:
            return pathlib.Path(f"/proc/{child}/stat").read_text().split()[2] != "Z"
        except OSError:
            return False

    # A killed process is gone once the kernel has got round to it.
    wait_until(lambda: not lives(), seconds=10, what="the child's end")


def test_a_program_that_cannot_be_started_is_an_operators_fault(daemon, start, folder, configure):
    agent = start("sspr-courier", "--config", configure(command=f"[{folder}/missing]"))
    daemon.give(CLAIM_DELIVERY, delivery(39))
    assert daemon.report_of(39) == {1: 39, 2: 1, 3: "retry", 4: "misconfigured"}
    assert "cannot be started" in agent.said()


def test_killed_in_the_middle_the_message_comes_again_under_the_same_name(daemon, start, sink, configure):
    """At least once: SIGKILL while the relay takes the message; the next courier delivers it again, recognisably the same."""
    config = configure()
    sink.hold = True
    first = start("sspr-courier", "--config", config)
    daemon.give(CLAIM_DELIVERY, delivery(40, lease=1))
    sink.wait_for(lambda: sink.in_data == 1)
    first.end(signal.SIGKILL)
    sink.hold = False
    start("sspr-courier", "--config", config)
    daemon.give(CLAIM_DELIVERY, delivery(40, lease=2))
    assert daemon.report_of(40) == {1: 40, 2: 2, 3: "accepted"}
    sink.wait_for(lambda: len(sink.messages) == 2)
    assert {message["Message-ID"] for message in sink.messages} == {"<sspr.40@example.com>"}
    assert [report[1] for report in daemon.reports] == [40], "the killed one reported nothing"


def test_sigterm_waits_for_the_message_at_hand(daemon, start, sink, configure):
    sink.hold = True
    agent = start("sspr-courier", "--config", configure())
    daemon.give(CLAIM_DELIVERY, delivery(41))
    sink.wait_for(lambda: sink.in_data == 1)
    agent.process.send_signal(signal.SIGTERM)
    with pytest.raises(Exception):
        agent.process.wait(timeout=1)
    sink.hold = False
    assert daemon.report_of(41)[3] == "accepted"
    assert agent.process.wait(timeout=60) == 0


def test_the_relay_may_answer_while_the_daemon_is_away(daemon, start, sink, configure):
    """The report is tried until the lease is over, so a short absence costs no second message."""
    sink.hold = True
    start("sspr-courier", "--config", configure())
    daemon.give(CLAIM_DELIVERY, delivery(42))
    sink.wait_for(lambda: sink.in_data == 1)
    daemon.stop()
    sink.hold = False
    sink.wait_for(lambda: len(sink.messages) == 1)
    daemon.start()
    assert daemon.report_of(42)[3] == "accepted"
    assert len(sink.messages) == 1
