"""What became of messages, end to end: real daemon, real courier, a real SMTP server and a gateway; each ending with its reason."""

import contextlib
import json
import pathlib
import select
import signal
import subprocess
import sys

import pytest
import sspr
from harness import PASSWORD, Daemon, World, client_program, fake_clock, program, wait_until

sys.path.insert(0, str(pathlib.Path(__file__).parent / "agents"))

from mail_sink import PASSWORD as RELAY_PASSWORD  # noqa: E402  (the path comes first)
from mail_sink import USER as RELAY_USER  # noqa: E402
from mail_sink import Sink  # noqa: E402
from sms_gateway import PASSWORD as GATEWAY_PASSWORD  # noqa: E402
from sms_gateway import USER, Authority, Gateway  # noqa: E402

MOBILE = "+4915112345678"


@pytest.fixture
def world(folder):
    (folder / "clock").write_text("+0s")
    daemon = Daemon(folder, configuration="phones: true\nrecovery: {coolingOffHours: 0, confirmPhones: false}\n",
                    env=fake_clock(folder / "clock")).start()
    yield World(daemon)
    daemon.stop()


@pytest.fixture
def sink(folder):
    sink = Sink(str(folder)).start()
    yield sink
    sink.stop()


@pytest.fixture
def gateways(folder):
    """Two gateways with one authority's certificate."""
    authority = Authority(folder)
    certificate = authority.certificate()
    gateways = [Gateway(certificate), Gateway(certificate)]
    for gateway in gateways:
        gateway.authority = authority.path
    yield gateways
    for gateway in gateways:
        gateway.stop()


@pytest.fixture
def courier(world, folder, sink, gateways):
    """Returns what starts a courier with mail by the relay and text messages by two gateways."""
    for name, text in (("password", GATEWAY_PASSWORD), ("msmtp.conf", (
            f"account default\nhost 127.0.0.1\nport {sink.port}\nauth plain\nuser {RELAY_USER}\npassword {RELAY_PASSWORD}\n"
            f"tls on\ntls_starttls on\ntls_trust_file {sink.cert}\n"))):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    started = []

    def start(authority=None, relay=None):
        config = folder / f"courier{len(started)}.yaml"
        transports = "".join(f"""\
  {name}:
    kind: http
    url: {gateway.url}
    json: {{To: "{{number}}", Body: "{{text}}", Reference: "{{id}}"}}
    user: {USER}
    passwordFile: {folder}/password
    caFile: {authority or gateway.authority}
""" for name, gateway in zip(("first", "second"), gateways))
        config.write_text(f"instance: Example Org\nfrom: sspr@example.org\nroutes: {{email: [relay], sms: [first, second]}}\n"
                          f"transports:\n  relay: {{kind: sendmail, command: {relay or f'[/usr/bin/msmtp, -C, {folder}/msmtp.conf]'}}}\n{transports}")
        with open(folder / "courier.log", "ab") as log:
            started.append(subprocess.Popen([program("sspr-courier"), "--socket", str(world.daemon.socket), "--config", str(config)],
                                            stdin=subprocess.DEVNULL, stderr=log))
        return started[-1]
    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def register(world, kind, contact):
    """Begins to register; returns the handle and the method under way."""
    handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
    begun = world.call("registration.begin", handle=handle, kind=kind, contact=contact)
    return {"handle": handle, "enrolment": begun["enrolment"]}


def settled(world, begun, known="queued"):
    """Follows a code without asking over and over, until it is accepted or has failed."""
    trace = {"state": known}
    while trace["state"] in ("queued", "taken"):
        trace = world.call("registration.trace", known=trace["state"], **begun)
        assert trace["isExact"]
    return trace


def listed(world, **filters):
    rows, reached = [], 0
    while True:
        page = world.call("agents.listDeliveries", after=reached, **filters)
        rows += page["deliveries"]
        reached = page["reached"]
        if page["isLast"]:
            return rows


def reason(world):
    """State, reason and attempts of the newest message."""
    row = listed(world)[-1]
    return row["state"], row.get("reason"), row["attempts"]


def test_accepted_by_the_relay(world, courier):
    world.add("alice")
    begun = register(world, "email", "alice@example.org")
    assert world.call("registration.trace", **begun)["isServed"] is False
    courier()
    trace = settled(world, begun)
    assert trace["state"] == "accepted" and trace["isServed"] and trace["isWorking"]
    assert trace["queuedAt"] <= trace["takenAt"] <= trace["settledAt"]
    assert reason(world) == ("accepted", None, 1)
    # It stays so when the daemon is killed.
    before = listed(world)
    world.daemon.kill()
    world.daemon.start()
    assert listed(world) == before
    assert world.call("registration.trace", **begun)["state"] == "accepted"


def test_refused_by_the_relay_for_good(world, courier):
    world.add("alice")
    courier()
    assert settled(world, register(world, "email", "reject@example.org"))["state"] == "failed"
    assert reason(world) == ("failed", "relayRefused", 1)
    assert world.events("delivery.settled")[-1]["reason"] == "relayRefused"


def test_put_off_by_the_relay(world, courier):
    world.add("alice")
    courier()
    register(world, "email", "tempfail@example.org")
    wait_until(lambda: reason(world) == ("queued", "relayBusy", 1), what="the report")
    assert world.events("delivery.settled")[-1]["reason"] == "relayBusy"


def test_an_error_of_the_first_gateway_is_made_up_for_by_the_second(world, courier, gateways):
    gateways[0].mood = "error"
    world.add("alice")
    courier()
    assert settled(world, register(world, "mobilePhone", MOBILE))["state"] == "accepted"
    assert (gateways[0].requests, len(gateways[1].messages)) == (1, 1)
    assert reason(world) == ("accepted", None, 1)


@pytest.mark.parametrize("mood, expected", [("error", "relayBusy"), ("refuse", "relayRefused"), ("cut", "unreachable")])
def test_what_both_gateways_said(mood, expected, world, courier, gateways):
    for gateway in gateways:
        gateway.mood = mood
    world.add("alice")
    courier()
    register(world, "mobilePhone", MOBILE)
    wait_until(lambda: reason(world)[1] == expected, what=f"{expected} instead of {reason(world)}")


def test_a_gateway_that_is_not_trusted(world, folder, courier, gateways):
    (folder / "other").mkdir()
    world.add("alice")
    courier(authority=Authority(folder / "other").path)
    register(world, "mobilePhone", MOBILE)
    wait_until(lambda: reason(world)[1] == "badCertificate", what="the certificate's refusal")


def test_a_program_that_is_not_there(world, folder, courier):
    world.add("alice")
    # There when the courier looks at its configuration.
    relay = folder / "relay"
    relay.write_text("#!/bin/sh\nexit 0\n")
    relay.chmod(0o700)
    process = courier(relay=f"[{relay}]")
    begun = register(world, "mobilePhone", MOBILE)
    wait_until(lambda: world.call("registration.trace", **begun)["isServed"], what="the courier")
    relay.unlink()
    register(world, "email", "alice@example.org")
    wait_until(lambda: reason(world)[1] == "misconfigured", what="the program's absence")
    assert process.poll() is None


def test_no_courier_at_all(world, folder):
    world.add("alice")
    begun = register(world, "email", "alice@example.org")
    assert reason(world) == ("queued", None, 0)
    (folder / "clock").write_text("+590s")
    assert world.call("registration.trace", **begun)["state"] == "queued"
    (folder / "clock").write_text("+601s")
    assert reason(world) == ("failed", "noCourier", 0)


def test_a_courier_that_never_says_what_became_of_it(world, folder):
    world.add("alice")
    register(world, "email", "alice@example.org")
    world.call("agents.claimDelivery")
    assert reason(world) == ("taken", None, 1)
    world.daemon.kill()
    world.daemon.start()
    assert reason(world) == ("taken", None, 1)
    (folder / "clock").write_text("+601s")
    assert reason(world) == ("failed", "expired", 1)


def test_administrators_see_it_at_the_command_line(world, folder):
    world.add("alice")
    world.add("bob")
    register(world, "email", "alice@example.org")
    job = world.call("agents.claimDelivery")["job"]
    world.call("agents.reportDelivery", id=job["id"], lease=job["lease"], outcome="rejected", reason="unknownRecipient")

    def run(*arguments):
        done = subprocess.run([client_program(), "deliveries", *arguments, "--socket", str(world.daemon.socket)],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stderr
        return done.stdout
    rows = json.loads(run("--json"))
    assert [(row["account"], row["state"], row["reason"]) for row in rows] == [("alice", "failed", "unknownRecipient")]
    assert json.loads(run("--json", "--failed", "--account", "alice")) == rows
    assert json.loads(run("--json", "--account", "bob")) == []
    assert "unknownRecipient" in run() and "example.org" not in run()


@pytest.mark.parametrize("what", ["nobody", "idle", "delivering", "accepting", "refusing", "putting off"])
def test_attack_C2_a_trace_tells_a_stranger_nothing(folder, what):
    """Guard: Recovery.trace looks at no message before a proof, whatever the courier does (decision 0016)."""
    daemon = Daemon(folder).start()
    world = World(daemon)
    outcomes = {"accepting": {"outcome": "accepted"}, "refusing": {"outcome": "rejected", "reason": "unknownRecipient"},
                "putting off": {"outcome": "retry", "reason": "unreachable"}}
    try:
        world.add("alice")
        world.enrol("alice")
        world.deliveries()  # The notice of the app.
        daemon.stop()
        daemon.start()
        told = {}
        for name in ("ghost", "alice"):
            begun = world.begin(name)
            if what == "nobody":
                world.call("recovery.send", handle=begun["handle"], choice=1)
                told[name] = [world.call("recovery.trace", handle=begun["handle"], choice=1)]
                continue
            with daemon.connect() as courier, daemon.connect() as waiter:
                courier.start("agents.claimDelivery")
                wait_until(lambda: world.call("recovery.trace", handle=begun["handle"], choice=1)["isServed"], what="the courier's claim")
                first = world.call("recovery.trace", handle=begun["handle"], choice=1)
                if what != "idle":
                    world.call("recovery.send", handle=begun["handle"], choice=1)
                waiter.start("recovery.trace", handle=begun["handle"], choice=1, known="queued")
                if name == "alice" and what != "idle":
                    job = courier.finish("agents.claimDelivery")["job"]
                    if what in outcomes:
                        courier.call("agents.reportDelivery", id=job["id"], lease=job["lease"], **outcomes[what])
                seen = world.call("recovery.trace", handle=begun["handle"], choice=1)
                # It goes on waiting, for everybody: one wait a recovery. Which of two that come together waits is the daemon's choice.
                with daemon.connect() as second:
                    second.start("recovery.trace", handle=begun["handle"], choice=1, known="queued")
                    ready, _, _ = select.select([waiter.socket, second.socket], [], [], 20)
                    assert len(ready) == 1
                    with pytest.raises(sspr.Failed) as failed:
                        (waiter if waiter.socket in ready else second).finish("recovery.trace")
                told[name] = [first, seen, failed.value.name]
        assert told["ghost"] == told["alice"] and not told["alice"][0]["isExact"]
        # Nor does it show afterwards in how the channel does.
        assert world.call("recovery.trace", handle=world.begin("ghost")["handle"], choice=1) == told["ghost"][0]
    finally:
        daemon.stop()
