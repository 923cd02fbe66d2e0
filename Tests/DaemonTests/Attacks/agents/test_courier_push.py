"""Devices are woken through push services: HTTP in ntfy's form, and programs such as mosquitto_pub. The services learn nothing."""

import json
import pathlib
import re
import subprocess

import pytest

from fake_daemon import CLAIM_DELIVERY, delivery
from sms_gateway import PASSWORD, Authority, Gateway

TOPIC = "sspr-7f3a9c_phone"
WORDS = "A question waits for you."
SECRETS = ("alice", "48210637", "Example Org")


class Ntfy(Gateway):
    """Takes messages as ntfy documents it: a text for the topic in the path, or an object with its topic for the root."""

    def serve(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        if handler.headers["Authorization"] != f"Bearer {PASSWORD}":
            return self.answer(handler, 401, {"error": "unauthorized"})
        if handler.path == "/":
            fields = json.loads(body)
        else:
            headers = {name.lower(): handler.headers[name] for name in ("Title", "Priority", "Tags") if handler.headers[name]}
            fields = {"topic": handler.path[1:], "message": body.decode(), **headers}
        if not re.fullmatch(r"[-_A-Za-z0-9]{1,64}", fields["topic"]):
            return self.answer(handler, 404, {"error": "page not found"})
        with self.condition:
            self.requests += 1
            self.messages.append((fields, f"{handler.requestline}\n{handler.headers}\n{body.decode()}"))
            self.condition.notify_all()
        self.answer(handler, 200, {"id": "x", "event": "message", "topic": fields["topic"]})


@pytest.fixture
def ntfy(folder):
    authority = Authority(folder)
    gateway = Ntfy(authority.certificate())
    gateway.root = gateway.url.removesuffix("messages")
    gateway.authority = authority.path
    yield gateway
    gateway.stop()


@pytest.fixture
def configure(folder, ntfy):
    pathlib.Path(folder, "token").write_text(PASSWORD)
    pathlib.Path(folder, "token").chmod(0o600)

    def configure(transport):
        path = pathlib.Path(folder, "courier.yaml")
        path.write_text(f"instance: Example Org\nroutes: {{push: [service]}}\ntransports:\n  service: {{{transport}}}\n")
        return str(path)
    return configure


def http(ntfy, url, body, more=""):
    return (f"kind: http, url: '{url}', {body}, bearerFile: '{pathlib.Path(ntfy.authority).parent}/token', caFile: '{ntfy.authority}', "
            f"accept: {{field: event, values: [message]}}, seconds: 20{more}")


def wake_up(identifier, address=TOPIC, **more):
    job = delivery(identifier, "approvalWaiting", None, address, channel="push", **more)
    del job[6]  # no account
    return job


def test_a_text_for_the_topic_in_the_path(daemon, start, ntfy, configure):
    transport = http(ntfy, ntfy.root + "{to}", "text: '{text}'", ", headers: {Title: Password reset, Priority: high, Tags: key}")
    agent = start("sspr-courier", "--config", configure(transport))
    daemon.give(CLAIM_DELIVERY, wake_up(60))
    assert daemon.report_of(60) == {1: 60, 2: 1, 3: "accepted"}, agent.said()
    fields, whole = ntfy.messages[0]
    assert fields == {"topic": TOPIC, "message": WORDS, "title": "Password reset", "priority": "high", "tags": "key"}
    assert not any(secret in whole for secret in SECRETS)
    assert daemon.claims[0] == {1: ["push"]}
    assert TOPIC not in agent.said() and PASSWORD not in agent.said(), "who holds an address can wake, but need not"


def test_an_object_for_the_root(daemon, start, ntfy, configure):
    transport = http(ntfy, ntfy.root, "json: {topic: '{to}', message: '{text}', title: Password reset, tags: [key]}")
    agent = start("sspr-courier", "--config", configure(transport))
    daemon.give(CLAIM_DELIVERY, wake_up(61))
    assert daemon.report_of(61)[3] == "accepted", agent.said()
    fields, whole = ntfy.messages[0]
    assert fields == {"topic": TOPIC, "message": WORDS, "title": "Password reset", "tags": ["key"]}
    assert not any(secret in whole for secret in SECRETS)


def test_an_address_that_the_service_does_not_take_is_no_retry(daemon, start, ntfy, configure):
    agent = start("sspr-courier", "--config", configure(http(ntfy, ntfy.root + "{to}", "text: '{text}'")))
    daemon.give(CLAIM_DELIVERY, wake_up(62, "a.b:c"))
    assert daemon.report_of(62)[3] == "rejected"
    assert "refused by service, HTTP 404" in agent.said()
    assert ntfy.messages == []


HOSTILE = ["../admin", "..", "a/b", "a?auth=x", "a#b", "+", "#", "sspr/+", "$SYS", "a%2f..", "a b", "a\r\nTitle: x", "a\nb", "a\0b", "-h", "é", ""]


@pytest.mark.parametrize("kind", ["http", "command"])
@pytest.mark.parametrize("address", HOSTILE)
def test_attack_G7_no_address_leaves_its_place(address, kind, daemon, start, folder, ntfy, configure):
    """Guard: WakeAddress accepts nothing that ends a segment or a level; even a daemon that hands such a one out reaches nobody."""
    spy = pathlib.Path(folder, "spy")
    spy.write_text(f"#!/bin/sh\necho \"$@\" >>{folder}/called\n")
    spy.chmod(0o700)
    transport = http(ntfy, ntfy.root + "{to}", "text: '{text}'") if kind == "http" else f"kind: command, command: [{spy}, -t, 'sspr/{{to}}']"
    agent = start("sspr-courier", "--config", configure(transport))
    daemon.give(CLAIM_DELIVERY, wake_up(63, address))
    daemon.wait_until_handed_out(63)
    # The next one comes through, and the one before went nowhere.
    daemon.give(CLAIM_DELIVERY, wake_up(64))
    assert daemon.report_of(64)[3] == "accepted", agent.said()
    if kind == "http":
        assert [fields["topic"] for fields, _ in ntfy.messages] == [TOPIC]
    else:
        assert pathlib.Path(folder, "called").read_text() == f"-t sspr/{TOPIC}\n"
    assert all(report[1] != 63 for report in daemon.reports)


def test_a_program_gets_the_address_as_an_argument_and_the_words_on_its_input(daemon, start, folder, configure):
    spy = pathlib.Path(folder, "spy")
    spy.write_text(f"#!/bin/sh\necho \"$1\" >{folder}/argument\ncat >{folder}/input\necho \"no topic $1\" >&2\nexit 75\n")
    spy.chmod(0o700)
    agent = start("sspr-courier", "--config", configure(f"kind: command, command: [{spy}, 'sspr/{{to}}']"))
    daemon.give(CLAIM_DELIVERY, wake_up(65))
    assert daemon.report_of(65)[3] == "retry"
    assert pathlib.Path(folder, "argument").read_text() == f"sspr/{TOPIC}\n"
    assert pathlib.Path(folder, "input").read_text() == WORDS
    assert "exit code 75: [address]" in agent.said() and TOPIC not in agent.said()


def test_json_on_its_input(daemon, start, folder, configure):
    spy = pathlib.Path(folder, "spy")
    spy.write_text(f"#!/bin/sh\ncat >{folder}/input\n")
    spy.chmod(0o700)
    start("sspr-courier", "--config", configure(f"kind: command, command: [{spy}], format: json"))
    daemon.give(CLAIM_DELIVERY, wake_up(66))
    assert daemon.report_of(66)[3] == "accepted"
    assert json.loads(pathlib.Path(folder, "input").read_text()) == {
        "id": 66, "channel": "push", "kind": "approvalWaiting", "to": TOPIC, "language": "en", "text": WORDS}


def test_a_spool_folder_and_a_sample(daemon, start, binary, folder, configure):
    pathlib.Path(folder, "spool").mkdir(mode=0o700)
    config = configure(f"kind: spool, folder: {folder}/spool")
    start("sspr-courier", "--config", config)
    daemon.give(CLAIM_DELIVERY, wake_up(67))
    assert daemon.report_of(67)[3] == "accepted"
    assert pathlib.Path(folder, "spool/67-approvalWaiting.push").read_text() == f"To: {TOPIC}\n\n{WORDS}\n"
    sent = subprocess.run([binary("sspr-courier"), "--config", config, "--send-test", TOPIC, "--channel", "push"], capture_output=True, text=True, timeout=60)
    assert (sent.returncode, sent.stdout) == (0, "service: accepted, written\n"), sent.stderr
    refused = subprocess.run([binary("sspr-courier"), "--config", config, "--send-test", "a/b", "--channel", "push"], capture_output=True, text=True, timeout=60)
    assert refused.returncode == 64 and "wake address" in refused.stderr
