"""Which transport a message takes: what is claimed, what comes second, what ends the matter, and what waits for nobody."""

import os
import pathlib
import signal
import subprocess

import pytest

from fake_daemon import CLAIM_DELIVERY, delivery
from harness import wait_until

NUMBER = "+493012345678"
CODE = "48210637"
MAIL, SMS, VOICE = {1: ["email"]}, {1: ["sms"]}, {1: ["voice"]}


@pytest.fixture
def configure(folder):
    """Transports a, b and c are programs that note their name in `order` and end with the given codes; `trial` is a spool folder."""
    pathlib.Path(folder, "spool").mkdir(mode=0o700)

    def configure(routes, seconds=15, **codes):
        transports = f"  trial: {{kind: spool, folder: {folder}/spool}}\n"
        for name, code in codes.items():
            program = pathlib.Path(folder, name)
            ending = "exec sleep 3600" if code is None else f"exit {code}"
            program.write_text(f"#!/bin/sh\necho {name} >>{folder}/order\n{ending}\n")
            program.chmod(0o700)
            transports += f"  {name}: {{kind: command, command: [{program}, '{{number}}'], seconds: {seconds}}}\n"
        path = pathlib.Path(folder, "courier.yaml")
        path.write_text(f"instance: Example Org\nfrom: sspr@example.org\nroutes: {routes}\ntransports:\n{transports}")
        return str(path)
    return configure


def order(folder):
    return pathlib.Path(folder, "order").read_text().split()


@pytest.mark.parametrize("routes, claims", [
    ("{email: [trial]}", [MAIL]),
    ("{sms: [a], voice: [b]}", [SMS, VOICE]),
    ("{email: [trial], sms: [a], voice: [b]}", [MAIL, SMS, VOICE]),
    ("{email: [trial], sms: [trial], voice: [a]}", [{1: ["email", "sms"]}, VOICE]),
])
def test_exactly_the_routed_channels_are_claimed(routes, claims, daemon, start, configure):
    """Channels with the same route share a loop."""
    start("sspr-courier", "--config", configure(routes, a=0, b=0))
    with daemon.condition:
        assert daemon.condition.wait_for(lambda: len(daemon.claims) >= len(claims), 40)
    # A loop comes back after 5 s of nothing: more claims may follow, of these kinds only.
    assert all(claim in daemon.claims for claim in claims) and all(claim in claims for claim in daemon.claims)


@pytest.mark.parametrize("a, b, c, asked, outcome, why", [
    (0, 0, 0, "a", "accepted", None),
    (75, 0, 0, "a b", "accepted", None),
    (69, 1, 0, "a b c", "accepted", None),
    (65, 0, 0, "a b", "accepted", None),             # Refused by one is not refused by all.
    (67, 0, 0, "a", "rejected", "unknownRecipient"),  # Certainly no such number: nobody else is asked.
    (75, 67, 0, "a b", "rejected", "unknownRecipient"),
    (68, 68, 65, "a b c", "rejected", "relayRefused"),  # Refused by all: the last one says why.
    (65, 75, 65, "a b c", "retry", "unreachable"),   # One of them may do later: that one says why.
    (75, 69, 65, "a b c", "retry", "relayBusy"),
    (75, 75, 77, "a b c", "retry", "badLogin"),
    (78, 78, 78, "a b c", "retry", "misconfigured"),
    (1, 1, 1, "a b c", "retry", "unclear"),
])
def test_what_comes_second(a, b, c, asked, outcome, why, daemon, start, folder, configure):
    agent = start("sspr-courier", "--config", configure("{sms: [a, b, c]}", a=a, b=b, c=c))
    daemon.give(CLAIM_DELIVERY, delivery(90, address=NUMBER, channel="sms"))
    assert daemon.report_of(90) == {1: 90, 2: 1, 3: outcome, **({4: why} if why else {})}
    assert order(folder) == asked.split()
    words = {0: "accepted", 65: "refused", 67: "unknown recipient", 68: "refused"}
    expected = [f"message 90 (recoveryCode): {words.get(code, 'retry')} by {name}, exit code {code}"
                for name, code in zip(asked.split(), (a, b, c))]
    assert [line.removeprefix("sspr-courier: ") for line in agent.said().splitlines()] == expected


@pytest.mark.parametrize("kind", ["recoveryCode", "passwordReset"])
def test_nobody_knows_what_became_of_it_so_the_next_one_is_asked(kind, daemon, start, folder, configure):
    agent = start("sspr-courier", "--config", configure("{sms: [a, b]}", seconds=5, a=None, b=0))
    daemon.give(CLAIM_DELIVERY, delivery(91, kind, CODE if kind == "recoveryCode" else None, NUMBER, channel="sms"))
    assert daemon.report_of(91)[3] == "accepted"
    assert order(folder) == ["a", "b"]
    assert "retry by a, killed after 5.0 seconds" in agent.said()


def test_a_code_that_died_meanwhile_is_not_sent_by_the_next_one(daemon, start, folder, configure):
    start("sspr-courier", "--config", configure("{sms: [a, b]}", seconds=6, a=None, b=0))
    # The message's life is the transport's, not the courier's start.
    daemon.wait_for_claim()
    daemon.give(CLAIM_DELIVERY, delivery(92, address=NUMBER, channel="sms", life=4))
    assert daemon.report_of(92)[3] == "retry"
    assert order(folder) == ["a"]


def test_a_transport_that_hangs_dies_with_its_code(daemon, start, folder, configure):
    """It was begun in time; what it might do later would hand a dead code on. Without this the report would come after 50 s only."""
    agent = start("sspr-courier", "--config", configure("{sms: [a]}", seconds=50, a=None))
    daemon.wait_for_claim()
    daemon.give(CLAIM_DELIVERY, delivery(95, address=NUMBER, channel="sms", life=4))
    assert daemon.report_of(95)[3] == "retry"
    assert order(folder) == ["a"] and "killed after" in agent.said()


def test_a_courier_that_dies_leaves_no_half_message(daemon, start, folder, configure):
    """invariant I5: the program has the whole message before it begins, so it cannot take nothing for one. Each write is held up here."""
    config = configure("{sms: [a]}", a=0)
    pathlib.Path(folder, "a").write_text(f"#!/bin/sh\n: >{folder}/begun\ncat >{folder}/text\n: >{folder}/ended\n")
    agent = start("sspr-courier", "--config", config, prefix=(
        "strace", "-f", "-q", "-e", "trace=write", "-e", "inject=write:delay_enter=3000000", "-o", "/dev/null"))
    daemon.give(CLAIM_DELIVERY, delivery(96, address=NUMBER, channel="sms"))
    wait_until(pathlib.Path(folder, "begun").exists, seconds=40, what="the program")
    os.kill(agent.pid, signal.SIGKILL)
    wait_until(pathlib.Path(folder, "ended").exists, seconds=40, what="its end")
    assert CODE in pathlib.Path(folder, "text").read_text()
    agent.process.wait(timeout=40)


def test_a_gateway_that_hangs_holds_up_no_mail(daemon, start, folder, configure):
    start("sspr-courier", "--config", configure("{email: [trial], sms: [a]}", a=None))
    daemon.give(CLAIM_DELIVERY, delivery(93, address=NUMBER, channel="sms"))
    daemon.wait_until_handed_out(93)
    daemon.give(CLAIM_DELIVERY, delivery(94))
    assert daemon.report_of(94)[3] == "accepted"
    assert [report[1] for report in daemon.reports] == [94], "93 still hangs"


def test_a_sample_is_sent_without_a_daemon(daemon, binary, folder, configure):
    config = configure("{email: [trial], sms: [a, b]}", a=75, b=0)

    def send(*arguments):
        return subprocess.run([binary("sspr-courier"), "--socket", "/nowhere", "--config", config, "--send-test", *arguments],
                              capture_output=True, text=True, timeout=60)
    sent = send(NUMBER)
    assert (sent.returncode, sent.stderr) == (0, "")
    assert sent.stdout == "a: retry, exit code 75\nb: accepted, exit code 0\n"
    assert send("alice@example.org").stdout == "trial: accepted, written\n"
    mail, = pathlib.Path(folder, "spool").iterdir()
    assert "12345678" in mail.read_text()
    refused = send(NUMBER, "--channel", "voice")
    assert refused.returncode == 64 and "there is no route for voice" in refused.stderr
    config = configure("{sms: [a]}", a=75)
    assert send(NUMBER).returncode == 1
    assert daemon.claims == []
