"""A spoken code end to end: real daemon, real courier, sspr-call, and an office telephone in a network of its own that records what it hears."""

import contextlib
import pathlib
import signal
import subprocess
import sys

import pytest

from harness import NEW_PASSWORD, PASSWORD, ROOT, Daemon, World, app_code, program, wait_until

sys.path.insert(0, str(pathlib.Path(__file__).parent / "agents"))

from heard_digits import codes  # noqa: E402  (the path comes first)
from recipe_page import install  # noqa: E402
from telephone_lab import HOST, Lab, Telephone, needs_lab  # noqa: E402

pytestmark = needs_lab

NUMBER, EXTENSION = "+493012345678", "042"
OFFICE = f"{NUMBER};ext={EXTENSION}"


@pytest.fixture
def world(folder):
    daemon = Daemon(folder, configuration="phones: true\n").start()
    yield World(daemon)
    daemon.stop()


@pytest.fixture
def telephone(folder):
    lab = Lab(folder)
    yield Telephone(lab, NUMBER)
    lab.stop()


@pytest.fixture
def courier(world, folder, telephone):
    """The recipe of the page, on a telephone system within one's own network."""
    config = install("A spoken code through SIP", folder, [
        ("/usr/local/libexec/sspr/sspr-call", ROOT / "packaging/recipes/sspr-call"), ("{number}@sip.example.net", "{number}@" + telephone.address),
        ("sspr@sip.example.net", f"sspr@{HOST}"),
        ("transport = tls\ncaFile = /etc/ssprd/sip-authority.pem\nmedia = srtp\n", "transport = udp\nmedia = rtp\n"),
    ], [("/etc/ssprd/sip-password", "secret")])
    with open(folder / "courier.log", "ab") as log:
        process = subprocess.Popen(
            [*telephone.lab.enter, program("sspr-courier"), "--socket", str(world.daemon.socket), "--config", config],
            stdin=subprocess.DEVNULL, stderr=log)
    yield folder / "courier.log"
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)


def test_a_code_that_was_heard_recovers_the_account(world, telephone, courier):
    """Nothing but the recording tells the code, and it proves: once to register the telephone, once to recover."""
    def heard(call):
        first, again = codes(telephone.recording(call))
        assert first == again and len(first) == 8
        assert telephone.tones() == EXTENSION * call
        return first

    world.add("alice")
    handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
    begun = world.call("registration.begin", handle=handle, kind="officePhone", contact=OFFICE)
    confirmed = heard(1)
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=confirmed)
    begun = world.call("registration.begin", handle=handle, kind="totp")
    key = begun["key"]
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=app_code(key, offset=-1))

    recovery = world.begin("alice")
    choice = world.choice(recovery, "officePhone")
    world.call("recovery.send", handle=recovery["handle"], choice=choice, channel="voice", contact=NUMBER)
    spoken = heard(2)
    assert spoken != confirmed
    world.call("recovery.answer", handle=recovery["handle"], choice=choice, code=spoken)
    proven = world.call("recovery.answer", handle=recovery["handle"], choice=world.choice(recovery, "totp"), code=app_code(key))
    world.call("recovery.reset", account="alice", grant=proven["grant"], password=NEW_PASSWORD)
    world.call("signin.authenticate", account="alice", password=NEW_PASSWORD)

    # The last words are heard before the call is over.
    wait_until(lambda: len(world.events("delivery.settled", outcome="succeeded")) == 2, what="the second report")
    said = courier.read_text()
    assert said.count("accepted by call, exit code 0: sspr-call: spoken to the end") == 2
    assert spoken not in said and confirmed not in said and NUMBER not in said
