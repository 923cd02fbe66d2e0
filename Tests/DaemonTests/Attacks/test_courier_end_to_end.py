"""Codes reach phones end to end: real daemon, real courier, an HTTPS gateway and a program that calls."""

import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys

import pytest

from harness import NEW_PASSWORD, PASSWORD, Daemon, World, app_code, fake_clock, program, wait_until

sys.path.insert(0, str(pathlib.Path(__file__).parent / "agents"))

from sms_gateway import PASSWORD as GATEWAY_PASSWORD  # noqa: E402  (the path comes first)
from sms_gateway import USER, Authority, Gateway  # noqa: E402

MOBILE, OFFICE = "+4915112345678", "+493012345678;ext=42"


@pytest.fixture
def world(folder):
    (folder / "clock").write_text("+0s")
    daemon = Daemon(folder, configuration="phones: true\n", env=fake_clock(folder / "clock")).start()
    yield World(daemon)
    daemon.stop()


@pytest.fixture
def gateway(folder):
    authority = Authority(folder)
    gateway = Gateway(authority.certificate())
    gateway.authority = authority.path
    yield gateway
    gateway.stop()


@pytest.fixture
def courier(world, folder, gateway):
    """Returns what starts a courier; those that still run at the end are ended."""
    (folder / "spool").mkdir(mode=0o700)
    (folder / "password").write_text(GATEWAY_PASSWORD)
    (folder / "password").chmod(0o600)
    caller = folder / "caller"
    # One file a call, complete under its name at once.
    caller.write_text(f"#!/bin/sh\ncat >{folder}/call.tmp && mv {folder}/call.tmp {folder}/call.$1\n")
    caller.chmod(0o700)
    config = folder / "courier.yaml"
    config.write_text(f"""\
instance: Example Org
from: sspr@example.org
routes: {{email: [trial], sms: [gateway], voice: [caller]}}
transports:
  trial: {{kind: spool, folder: {folder}/spool}}
  caller: {{kind: command, command: [{caller}, "{{id}}", "{{number}}"], format: json}}
  gateway:
    kind: http
    url: {gateway.url}
    json: {{To: "{{number}}", Body: "{{text}}", Reference: "{{id}}"}}
    user: {USER}
    passwordFile: {folder}/password
    caFile: {gateway.authority}
    accept: {{field: status, values: [queued]}}
""")
    started = []

    def start():
        with open(folder / "courier.log", "ab") as log:
            started.append(subprocess.Popen([program("sspr-courier"), "--socket", str(world.daemon.socket), "--config", str(config)],
                                            stdin=subprocess.DEVNULL, stderr=log))
        return started[-1]
    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def texted(gateway, number):
    """The code of the text message with a code that came as this number; notices are text messages too."""
    def codes():
        return [(fields["To"], found[0]) for fields, _ in gateway.messages if (found := re.match(r"\d{8}", fields["Body"]))]
    gateway.wait_for(lambda: len(codes()) >= number)
    assert len(codes()) == number
    to, code = codes()[-1]
    assert to == MOBILE
    return code


def register(world, kind, contact, code, **more):
    handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
    begun = world.call("registration.begin", handle=handle, kind=kind, contact=contact, **more)
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=code())


def register_app(world):
    handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
    begun = world.call("registration.begin", handle=handle, kind="totp")
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=app_code(begun["key"], offset=-1))
    return begun["key"]


def reset(world, kind, contact, channel, code, key):
    begun = world.begin("alice")
    choice = world.choice(begun, kind)
    world.call("recovery.send", handle=begun["handle"], choice=choice, channel=channel, contact=contact)
    world.call("recovery.answer", handle=begun["handle"], choice=choice, code=code())
    proven = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=app_code(key))
    world.call("recovery.reset", account="alice", grant=proven["grant"], password=NEW_PASSWORD)
    world.call("signin.authenticate", account="alice", password=NEW_PASSWORD)


def test_a_mobile_phone_recovers_an_account(world, folder, gateway, courier):
    courier()
    world.add("alice")
    register(world, "mobilePhone", MOBILE, lambda: texted(gateway, 1))
    key = register_app(world)
    # The app's notice goes to the phone.
    gateway.wait_for(lambda: any("was added" in fields["Body"] for fields, _ in gateway.messages))
    reset(world, "mobilePhone", MOBILE, "sms", lambda: texted(gateway, 2), key)
    gateway.wait_for(lambda: any("the password of alice was reset" in fields["Body"] for fields, _ in gateway.messages))
    said = (folder / "courier.log").read_text()
    assert "accepted by gateway, HTTP 201, status queued" in said
    codes = [match for fields, _ in gateway.messages for match in re.findall(r"\d{8}", fields["Body"])]
    assert codes and not any(code in said for code in codes) and MOBILE not in said


def test_an_office_phone_is_called(world, folder, gateway, courier):
    courier()
    world.add("alice")
    calls = []

    def spoken():
        fresh = wait_until(lambda: [path for path in folder.glob("call.*") if path.suffix != ".tmp" and path not in calls], what="a call")
        calls.extend(fresh)
        call = json.loads(fresh[0].read_text())
        assert (call["channel"], call["number"], call["extension"]) == ("voice", "+493012345678", "42")
        first, again = re.findall(r"\d(?:, \d){7}", call["text"])
        assert first == again and first.replace(", ", "") == call["code"]
        return call["code"]
    register(world, "officePhone", OFFICE, spoken)
    reset(world, "officePhone", OFFICE, "voice", spoken, register_app(world))
    assert gateway.messages == []


def test_a_courier_killed_between_taking_and_reporting_costs_a_wait_and_nothing_else(world, folder, gateway, courier):
    """The lease ends, the message comes again under the same reference, and its code is good."""
    gateway.mood = "hang"
    first = courier()
    world.add("alice")

    def code():
        gateway.wait_for(lambda: gateway.requests == 1)
        os.kill(first.pid, signal.SIGKILL)
        first.wait(timeout=60)
        gateway.mood = "well"
        # The lease of the dead one is over for the daemon.
        (folder / "clock").write_text("+61s")
        courier()
        return texted(gateway, 1)
    register(world, "mobilePhone", MOBILE, code)
    taken = [event for event in world.events("delivery.taken") if event.get("delivery") == int(gateway.messages[0][0]["Reference"])]
    assert len(taken) == 2


def test_a_courier_that_serves_no_phone_leaves_the_messages_of_phones_alone(world, folder, gateway, courier):
    world.add("alice")
    mailer = subprocess.Popen([program("sspr-courier"), "--socket", str(world.daemon.socket), "--config", str(mail_only(folder))],
                              stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        def code():
            register(world, "email", "alice@example.org", lambda: mailed(folder))
            assert gateway.messages == []
            courier()
            return texted(gateway, 1)
        register(world, "mobilePhone", MOBILE, code)
    finally:
        mailer.terminate()
        mailer.wait(timeout=60)


def mail_only(folder):
    path = folder / "mail.yaml"
    path.write_text("instance: Example Org\nfrom: sspr@example.org\nroutes: {email: [trial]}\ntransports:\n"
                    f"  trial: {{kind: spool, folder: {folder}/spool}}\n")
    return path


def mailed(folder):
    path = wait_until(lambda: list((folder / "spool").glob("*-confirmationCode.eml")), what="the mail")[0]
    return re.search(r"^\d{8}\r?$", path.read_text(), re.M)[0].strip()
