"""The transport `http` against a real HTTPS gateway on the loopback: its good day, and each of its bad days with what comes next."""

import pathlib
import re
import signal

import pytest

from fake_daemon import CLAIM_DELIVERY, delivery
from sms_gateway import PASSWORD, USER, Authority, Gateway

NUMBER = "+493012345678"
CODE = "48210637"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def gateway(authority):
    gateway = Gateway(authority.certificate())
    yield gateway
    gateway.stop()


@pytest.fixture
def configure(folder, authority, gateway):
    """Writes a configuration with the gateway and, unless `alone`, a spool folder after it."""
    pathlib.Path(folder, "spool").mkdir(mode=0o700)

    def configure(body='form: {To: "{number}", Body: "{text}", From: "{from}", Reference: "{id}"}', url=None, ca=None,
                  login=f"user: {USER}, passwordFile: FOLDER/password", password=PASSWORD, alone=False, seconds=20, instance="Example Org"):
        pathlib.Path(folder, "password").write_text(password + "\n")
        pathlib.Path(folder, "password").chmod(0o600)
        route = "[gateway]" if alone else "[gateway, trial]"
        path = pathlib.Path(folder, "courier.yaml")
        path.write_text(
            f"instance: {instance}\nroutes: {{sms: {route}, voice: {route}}}\ntransports:\n"
            f"  gateway: {{kind: http, url: '{url or gateway.url}', {body}, from: 'A & B', {login}, "
            f"{ca or f'caFile: {authority.path}'}, accept: {{field: status, values: [queued, sent]}}, seconds: {seconds}}}\n"
            "  trial: {kind: spool, folder: FOLDER/spool}\n".replace("FOLDER", folder), encoding="utf-8")
        return str(path)
    return configure


def spooled(folder):
    return sorted(path.name for path in pathlib.Path(folder, "spool").iterdir())


def sms(identifier, **more):
    return delivery(identifier, address=NUMBER, channel="sms", **more)


def check_discretion(agent):
    assert CODE not in agent.said() and NUMBER not in agent.said() and PASSWORD not in agent.said()


def test_a_form_arrives_over_tls(daemon, start, gateway, configure):
    agent = start("sspr-courier", "--config", configure())
    daemon.give(CLAIM_DELIVERY, sms(70))
    assert daemon.report_of(70) == {1: 70, 2: 1, 3: "accepted"}, agent.said()
    fields, headers = gateway.messages[0]
    text = fields.pop("Body")
    assert fields == {"To": NUMBER, "From": "A & B", "Reference": "70"}
    assert text.startswith(f"{CODE} is the recovery code of alice at Example Org, good until ")
    assert headers["User-Agent"] == "sspr-courier" and "Expect" not in headers
    assert "message 70 (recoveryCode): accepted by gateway, HTTP 201, status queued" in agent.said()
    check_discretion(agent)


def test_json_and_a_token(daemon, start, gateway, configure):
    body = 'json: {From: "{from}", To: ["{number}", {ext: "{extension}"}], Body: "{{ {text} }}"}, headers: {X-Kind: plain}'
    start("sspr-courier", "--config", configure(body, login="bearerFile: FOLDER/password"))
    daemon.give(CLAIM_DELIVERY, delivery(71, address=f"{NUMBER};ext=42", channel="voice"))
    assert daemon.report_of(71)[3] == "accepted"
    fields, headers = gateway.messages[0]
    assert fields["From"] == "A & B" and fields["To"] == [NUMBER, {"ext": "42"}]
    assert re.search(r"^\{ This is .* 4, 8, 2, 1, 0, 6, 3, 7\. .* \}$", fields["Body"])
    assert headers["X-Kind"] == "plain" and headers["Authorization"] == f"Bearer {PASSWORD}"


@pytest.mark.parametrize("body", ['form: {To: "{number}", Body: "{text}"}', 'json: {To: "{number}", Body: "{text}"}'])
@pytest.mark.parametrize("instance", ['A&To=+4911111111;B%26"', "'\",\"To\":\"+4911111111'", "back\\slash {€}", "Büro"])
def test_attack_G7_no_value_ends_its_field(instance, body, daemon, start, gateway, configure):
    quoted = "'" + instance.strip("'").replace("'", "''") + "'"
    agent = start("sspr-courier", "--config", configure(body, instance=quoted))
    daemon.give(CLAIM_DELIVERY, sms(72))
    assert daemon.report_of(72)[3] == "accepted", agent.said()
    fields, _ = gateway.messages[0]
    assert set(fields) == {"To", "Body"} and fields["To"] == NUMBER
    assert f" at {instance.strip(chr(39))}, good until" in fields["Body"]


@pytest.mark.parametrize("mood, alone, why, words", [
    ("error", "retry", "relayBusy", "retry by gateway, HTTP 500"),
    ("busy", "retry", "relayBusy", "retry by gateway, HTTP 429"),
    ("elsewhere", "retry", "misconfigured", "retry by gateway, HTTP 302"),
    ("refuse", "rejected", "relayRefused", "refused by gateway, HTTP 400"),
    ("cut", "retry", "unreachable", "retry by gateway, curl 52"),
    ("hang", "retry", "timedOut", "retry by gateway, curl 28"),
    ("stall", "retry", "unclear", "retry by gateway, curl 18"),
    ("flood", "retry", "unclear", "retry by gateway, the reply is longer than 65536 bytes"),
    ("no", "retry", "relayRefused", "retry by gateway, HTTP 200, but status is failed for"),
])
def test_a_bad_day(mood, alone, why, words, daemon, start, folder, gateway, configure):
    """With another transport behind it the message goes there at once; alone, the daemon keeps it, unless it was refused for good."""
    gateway.mood = mood
    agent = start("sspr-courier", "--config", configure(seconds=2 if mood == "hang" else 20))
    daemon.give(CLAIM_DELIVERY, sms(73))
    assert daemon.report_of(73)[3] == "accepted"
    first, second = [line for line in agent.said().splitlines() if "message 73" in line]
    assert words in first and "accepted by trial, written" in second
    assert spooled(folder) == ["73-recoveryCode.sms"]
    assert gateway.requests == 1
    agent.end(signal.SIGKILL)
    daemon.stop()
    daemon.start()
    second = start("sspr-courier", "--config", configure(seconds=2 if mood == "hang" else 20, alone=True))
    daemon.give(CLAIM_DELIVERY, sms(74))
    assert daemon.report_of(74) == {1: 74, 2: 1, 3: alone, 4: why}
    assert words in second.said() and spooled(folder) == ["73-recoveryCode.sms"]
    check_discretion(agent)
    check_discretion(second)


def test_a_wrong_password_is_an_operators_fault(daemon, start, folder, gateway, configure):
    agent = start("sspr-courier", "--config", configure(password="wrong"))
    daemon.give(CLAIM_DELIVERY, sms(75))
    assert daemon.report_of(75)[3] == "accepted"
    assert "retry by gateway, HTTP 401" in agent.said()
    assert gateway.messages == [] and spooled(folder) == ["75-recoveryCode.sms"]


@pytest.mark.parametrize("case", ["another name", "vouches for itself", "unknown authority"])
def test_a_gateway_that_is_not_who_it_says(case, daemon, start, folder, authority, configure):
    """No request is sent: neither the code nor the password reaches it."""
    name = case.replace(" ", "-")
    certificate = authority.certificate(name, *(["subjectAltName=DNS:other.example.net"] if case == "another name" else []),
                                        signed=case != "vouches for itself")
    impostor = Gateway(certificate)
    try:
        ca = "connectSeconds: 5" if case == "unknown authority" else None
        agent = start("sspr-courier", "--config", configure(url=impostor.url, ca=ca))
        daemon.give(CLAIM_DELIVERY, sms(76))
        assert daemon.report_of(76)[3] == "accepted"
        assert "retry by gateway, curl 60" in agent.said()
        assert impostor.requests == 0 and spooled(folder) == ["76-recoveryCode.sms"]
        check_discretion(agent)
    finally:
        impostor.stop()


def test_nobody_there(daemon, start, folder, configure):
    agent = start("sspr-courier", "--config", configure(url="https://127.0.0.1:1/"))
    daemon.give(CLAIM_DELIVERY, sms(77))
    assert daemon.report_of(77)[3] == "accepted"
    assert "retry by gateway, curl 7" in agent.said() and spooled(folder) == ["77-recoveryCode.sms"]


def test_a_proxy_of_the_surroundings_does_not_count(daemon, start, gateway, configure, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    agent = start("sspr-courier", "--config", configure())
    daemon.give(CLAIM_DELIVERY, sms(78))
    assert daemon.report_of(78)[3] == "accepted" and "accepted by gateway" in agent.said()


def test_without_tls_only_to_this_machine(daemon, start, configure):
    plain = Gateway()
    try:
        start("sspr-courier", "--config", configure(url=plain.url))
        daemon.give(CLAIM_DELIVERY, sms(79))
        assert daemon.report_of(79)[3] == "accepted"
        assert plain.messages[0][0]["To"] == NUMBER
    finally:
        plain.stop()


def test_killed_between_taking_and_reporting_the_message_comes_again(daemon, start, gateway, configure):
    """At least once, and under the same reference, by which a gateway can tell a repeat."""
    gateway.mood = "hang"
    first = start("sspr-courier", "--config", configure())
    daemon.give(CLAIM_DELIVERY, sms(80, lease=1))
    gateway.wait_for(lambda: gateway.requests == 1)
    first.end(signal.SIGKILL)
    assert daemon.reports == []
    gateway.mood = "well"
    start("sspr-courier", "--config", configure())
    daemon.give(CLAIM_DELIVERY, sms(80, lease=2))
    assert daemon.report_of(80) == {1: 80, 2: 2, 3: "accepted"}
    assert [fields["Reference"] for fields, _ in gateway.messages] == ["80"]


def test_attack_E7_a_request_puts_nothing_into_arguments_and_environment(daemon, start, gateway, configure):
    gateway.mood = "hang"
    agent = start("sspr-courier", "--config", configure())
    daemon.give(CLAIM_DELIVERY, sms(81))
    gateway.wait_for(lambda: gateway.requests == 1)
    for name in ("cmdline", "environ"):
        seen = pathlib.Path(f"/proc/{agent.pid}/{name}").read_bytes()
        assert seen and CODE.encode() not in seen and PASSWORD.encode() not in seen
    children = pathlib.Path(f"/proc/{agent.pid}/task/{agent.pid}/children").read_text()
    assert children == "", "no program is run for it"


def test_a_program_inherits_no_connection_of_another_loop(daemon, start, folder, authority, gateway):
    """libcurl's sockets are not closed on exec by themselves; a mail program must not hold the gateway's connection."""
    gateway.mood = "hang"
    spy = pathlib.Path(folder, "mailer")
    spy.write_text(f"#!/bin/sh\nls -l /proc/$$/fd >{folder}/descriptors\n")
    spy.chmod(0o700)
    config = pathlib.Path(folder, "courier.yaml")
    config.write_text(
        "instance: Example Org\nfrom: sspr@example.org\nroutes: {email: [relay], sms: [gateway]}\ntransports:\n"
        f"  relay: {{kind: sendmail, command: [{spy}]}}\n"
        f"  gateway: {{kind: http, url: '{gateway.url}', form: {{To: '{{number}}', Body: '{{text}}'}}, caFile: {authority.path}}}\n")
    agent = start("sspr-courier", "--config", str(config))
    daemon.give(CLAIM_DELIVERY, sms(82))
    gateway.wait_for(lambda: gateway.requests == 1)
    with daemon.condition:
        assert daemon.condition.wait_for(lambda: len({str(claim) for claim in daemon.claims}) == 2, 40), "the loops' claims"
    sockets = [path for path in pathlib.Path(f"/proc/{agent.pid}/fd").iterdir() if path.readlink().name.startswith("socket:")]
    assert len(sockets) >= 3, "two loops and a request at work"
    daemon.give(CLAIM_DELIVERY, delivery(83))
    assert daemon.report_of(83)[3] == "accepted", agent.said()
    listing = pathlib.Path(folder, "descriptors").read_text()
    assert "pipe:" in listing and "socket:" not in listing, listing
