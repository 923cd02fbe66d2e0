"""Rows B11 and B12: devices are asked with a number, and their signature covers the whole question."""

import json
import os
import select
import shutil
import subprocess
import threading
import time

import cbor2
import pytest

from harness import NEW_PASSWORD, PASSWORD, Daemon, World, app_code, client_program, folder, program  # noqa: F401
import sspr
from device import Device, pairing_text

CONFIGURATION = "devices: true\nquestions: true\nrecovery: {coolingOffHours: 0}\n"
# The order of the group (RFC 8032 section 5.1).
L = 2**252 + 27742317777372353535851937790883648493


@pytest.fixture
def world(folder):
    daemon = Daemon(folder, CONFIGURATION).start()
    yield World(daemon)
    daemon.stop()


def pair(world, account="alice"):
    """Adds an account with an address and a paired device."""
    world.add(account)
    world.enrol(account, app=False)
    handle = world.call("registration.prove", account=account, password=PASSWORD)["handle"]
    begun = world.call("registration.begin", handle=handle, kind="push")
    device = Device(world.call, begun["pairing"])
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=device.pair())
    return device


def ask(world, account="alice"):
    """Begins a recovery and has the device asked."""
    begun = world.begin(account)
    choice = world.choice(begun, "push")
    sent = world.call("recovery.send", handle=begun["handle"], choice=choice)
    return begun, choice, sent["number"]


def test_attack_B11_a_recovery_with_a_device(world):
    """Guard: Devices.answer compares the number; the terminal waits in one long call."""
    device = pair(world)
    begun, choice, number = ask(world)
    terminal = {}

    def wait():
        terminal.update(world.call("recovery.answer", handle=begun["handle"], choice=choice))

    waiting = threading.Thread(target=wait)
    waiting.start()
    questions = device.questions()
    assert [q["account"] for q in questions] == ["alice"] and "number" not in questions[0]
    device.answer(questions[0], "approve", number)
    waiting.join(20)
    assert terminal.get("proofsMissing") == 1 and "isWaiting" not in terminal, terminal
    proven = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=world.mailed(begun))
    world.call("recovery.reset", account="alice", grant=proven["grant"], password=NEW_PASSWORD)
    world.call("signin.authenticate", account="alice", password=NEW_PASSWORD)
    world.verify()


def test_attack_B11_wrong_numbers_prompts_and_denials(world):
    """Guard: a wrong number is charged and ends the question; three prompts in ten minutes; a denial ends the recovery and is told."""
    device = pair(world)
    begun, choice, number = ask(world)
    question = device.questions()[0]
    with pytest.raises(sspr.Failed, match="malformed"):
        device.answer(question, "approve")
    with pytest.raises(sspr.Failed, match="refused"):
        device.answer(question, "approve", (number + 1) % 100)
    with pytest.raises(sspr.Failed, match="refused"):
        device.answer(question, "approve", number)
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=choice) == "refused"
    ask(world)
    ask(world)
    assert len(device.questions()) == 2, "three prompts, of which one is over"
    assert 0 <= ask(world)[2] < 100 and len(device.questions()) == 2, "the fourth is shown to nobody"
    device.answer(device.questions()[0], "deny")
    while world.deliveries()[-1]["kind"] != "recoveryDenied":
        pass  # what was queued before it; without it the courier's next call waits in vain and the test fails
    # The denied one, and whatever else was under way for the account.
    cancelled = world.events("recovery.cancelled", outcome="succeeded", reason="denied")
    assert len(cancelled) == len({event["recovery"] for event in cancelled}) == 4
    world.verify()


def test_attack_B12_a_signature_is_for_one_question_one_number_one_key(world):
    """Guard: DeviceSignatures over ApprovalStatement; libsodium refuses an S that is not reduced."""
    device, other = pair(world), pair(world, "bob")
    _, _, number = ask(world)
    question = device.questions()[0]
    right = device.sign(device.approval(question, "approve", number))
    unreduced = right[:32] + (int.from_bytes(right[32:], "little") + L).to_bytes(32, "little")
    for place in range(0, 64, 7):
        flipped = bytearray(right)
        flipped[place] ^= 1
        with pytest.raises(sspr.Failed, match="refused"):
            device.answer(question, "approve", number, signature=bytes(flipped))
    changed = [{**question, "host": "elsewhere"}, {**question, "purpose": "unlock"}, {**question, "peer": 12345},
               {**question, "expiresAt": question["expiresAt"] + 1}, {**question, "instance": bytes(16)},
               {**question, "account": "bob"}, {**question, "nonce": bytes(16)}]
    forged = [unreduced, other.sign(other.approval(question, "approve", number)), device.sign(device.approval(question, "deny"))]
    forged += [device.sign(device.approval(other_question, "approve", number)) for other_question in changed]
    for signature in forged:
        with pytest.raises(sspr.Failed, match="refused"):
            device.answer(question, "approve", number, signature=signature)
    device.answer(question, "approve", number)
    world.verify()


def test_attack_B12_only_who_read_the_text_is_paired(world):
    """Guard: the proof under the pairing secret; the code that only the paired key gives."""
    world.add("alice")
    handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
    begun = world.call("registration.begin", handle=handle, kind="push")
    owner = Device(world.call, begun["pairing"])

    def carrier(name, **fields):
        # It carries the call, and puts its own key in.
        thief = Device(None, {**begun["pairing"], "secret": bytes(32)})
        statement = {1: "sspr pairing 1", 2: begun["pairing"]["instance"], 3: begun["enrolment"], 4: thief.key}
        return world.call(name, **{**fields, "key": thief.key, "signature": thief.sign(statement)})

    with pytest.raises(sspr.Failed, match="refused"):
        Device(carrier, begun["pairing"]).pair()
    code = owner.pair()
    # Somebody who saw the text comes second, and shows another code.
    shoulder = Device(world.call, begun["pairing"])
    with pytest.raises(sspr.Failed, match="conflict"):
        shoulder.pair()
    assert world.refusal("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=f"{(int(code) + 1) % 100_000_000:08d}") == "refused"
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=code)
    shown = world.call("registration.describe", account="alice")["methods"]
    assert [(m["kind"], m["id"]) for m in shown] == [("push", begun["enrolment"])]


def test_attack_D14_no_moment_stops_the_daemon(world):
    """Guard: Timestamp's arithmetic saturates; found by an attacker with one frame from a uid without any role."""
    for at in (-2**63, -2**63 + 1, -2**63 + int(time.time() * 1000) - 10_000_000, -1, 0, 2**63 - 1):
        assert world.refusal("devices.approvals", device=1, at=at, signature=bytes(64)) == "refused"
    world.call("service.ping")


def test_invariant_I15_people_who_wait_leave_room_for_agents(world):
    """Guard: Admission.takeWaiter keeps a quarter for calls that are no people's; one recovery has one wait."""
    pair(world)
    begun, choice, _ = ask(world, "nobodyatall")
    crowd = []
    busy = next(number for number, name in sspr.FAILURES.items() if name == "busy")

    def wait(handle, choice):
        peer = world.daemon.connect()
        peer.send_frame(sspr.CALLS["recovery.answer"]["number"], sspr.encode({1: handle, 2: choice}))
        crowd.append(peer)

    try:
        # Of two calls for one recovery one waits and the other is told so: which of them is the daemon's choice.
        wait(begun["handle"], choice)
        wait(begun["handle"], choice)
        told, _, _ = select.select([peer.socket for peer in crowd], [], [], 20)
        assert len(told) == 1
        kind, _, _, body = next(peer for peer in crowd if peer.socket is told[0]).receive_frame()
        assert (kind, cbor2.loads(body)[1]) == (sspr.FAILURE, busy)
        for number in range(20):
            one, its, _ = ask(world, f"ghost{number}")
            wait(one["handle"], its)
        # Devices that wait fill what is left for people.
        device = pair(world, "berta")
        at = int(time.time() * 1000)
        signature = device.sign({1: "sspr listing 1", 2: device.invitation["instance"], 3: device.number, 4: at})
        for _ in range(64):
            peer = world.daemon.connect()
            peer.send_frame(sspr.CALLS["devices.approvals"]["number"], sspr.encode({1: device.number, 2: at, 3: signature}))
            crowd.append(peer)
        told, _, _ = select.select([peer.socket for peer in crowd], [], [], 20)
        assert told, "some of them are told that there is no place"
        kind, _, _, body = next(peer for peer in crowd if peer.socket is told[0]).receive_frame()
        assert (kind, cbor2.loads(body)[1]) == (sspr.FAILURE, busy)
        with world.daemon.connect() as auditor:
            reached = world.call("audit.verify")["verified"]
            auditor.send_frame(sspr.CALLS["audit.follow"]["number"], sspr.encode({1: reached}))
            auditor.socket.settimeout(1)
            with pytest.raises(TimeoutError):
                auditor.receive_frame()  # it waits instead of being told busy
    finally:
        for peer in crowd:
            peer.close()


def test_attack_A10_a_removed_device_proves_nothing(world):
    """Guard: Recovery.isOpen and Devices.approvals look the method up again."""
    device = pair(world)
    key = world.enrol("alice", email=False)
    begun, choice, number = ask(world)
    device.answer(device.questions()[0], "approve", number)
    handle = world.call("registration.prove", account="alice", password=PASSWORD, code=app_code(key))["handle"]
    world.call("registration.remove", handle=handle, method=device.number)
    with pytest.raises(sspr.Failed, match="refused"):
        device.questions()
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=choice) == "refused"


class ReferenceDevice:
    """`sspr-device` with a file and a passphrase of its own."""

    def __init__(self, world, folder):
        self.world, self.file, self.passphrase = world, folder / "device", folder / "passphrase"
        self.write_passphrase("a passphrase of the test")

    def write_passphrase(self, text):
        self.passphrase.write_text(text + "\n")
        self.passphrase.chmod(0o600)

    def run(self, command, *options, given=""):
        words = [program("sspr-device"), command, "--file", str(self.file), "--passphrase-file", str(self.passphrase),
                 "--socket", str(self.world.daemon.socket), *options]
        return subprocess.run(words, input=given, capture_output=True, text=True, timeout=60)

    def pair(self, account="alice"):
        self.world.add(account)
        self.world.enrol(account, app=False)
        handle = self.world.call("registration.prove", account=account, password=PASSWORD)["handle"]
        begun = self.world.call("registration.begin", handle=handle, kind="push")
        paired = self.run("pair", given=pairing_text(begun["pairing"]) + "\n")
        assert paired.returncode == 0, paired.stderr
        self.world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=paired.stdout.strip())


def test_feature_F2_the_reference_device_approves_and_denies(world, folder):
    """`sspr-device` pairs, approves with the number and denies; its file is its owner's alone."""
    device = ReferenceDevice(world, folder)
    device.pair()
    assert device.file.stat().st_mode & 0o777 == 0o600
    begun, choice, number = ask(world)
    assert "alice" in device.run("list").stdout
    listed = json.loads(device.run("list", "--json").stdout)
    assert (listed["account"], listed["purpose"], listed["peer"]) == ("alice", "reset", os.getuid())
    assert device.run("approve", "--number", f"{(number + 1) % 100:02d}").returncode == 77
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=choice) == "refused"
    begun, choice, number = ask(world)
    approved = device.run("approve", given=f"{number:02d}\n")
    assert approved.returncode == 0, approved.stderr
    assert world.call("recovery.answer", handle=begun["handle"], choice=choice)["proofsMissing"] == 1
    begun, choice, number = ask(world)
    assert device.run("deny").returncode == 0
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=choice) == "refused"
    world.verify()


def answer_the_second(owner, world):
    """Picks the second of two questions at `serve`, which has asked about the first before the second came."""
    def write(text):
        owner.stdin.write(text + "\n")
        owner.stdin.flush()

    ask(world)
    assert "set a new password for alice" in owner.stderr.readline()
    begun, choice, number = ask(world)
    write("")
    # A place that there is not answers nothing, and both are shown again.
    for place in ("3", "2"):
        listed = [owner.stderr.readline() for _ in range(2)]
        assert [line[:2] for line in listed] == ["1)", "2)"], listed
        write(place)
    write(f"{number:02d}")
    assert "Approved" in owner.stderr.readline()
    return begun, choice


def test_feature_F2_the_reference_device_waits_and_asks_its_owner(world, folder):
    """`sspr-device serve` is woken by a question; `ssprclient device` is the same program."""
    device = ReferenceDevice(world, folder)
    device.pair()
    for name in (client_program(), program("sspr-device")):
        shutil.copy(name, folder)
    words = [str(folder / "ssprclient"), "device", "serve", "--file", str(device.file), "--passphrase-file", str(device.passphrase),
             "--socket", str(world.daemon.socket)]
    # Whom to trust is said to ssprclient, and counts for the program that it hands over to.
    distrusting = [words[0], "--server-uid", "4242", *words[1:]]
    assert subprocess.run(distrusting, stdin=subprocess.DEVNULL, capture_output=True, timeout=60).returncode == 69
    owner = subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert "Waiting for questions" in owner.stderr.readline()
        begun, choice, number = ask(world)
        assert "set a new password for alice" in owner.stderr.readline()
        owner.stdin.write(f"{number:02d}\n")
        owner.stdin.flush()
        assert world.call("recovery.answer", handle=begun["handle"], choice=choice)["proofsMissing"] == 1
        assert "Approved" in owner.stderr.readline()
        begun, choice = answer_the_second(owner, world)
        assert world.call("recovery.answer", handle=begun["handle"], choice=choice)["proofsMissing"] == 1
    finally:
        owner.kill()
        owner.wait()


def test_feature_F2_the_reference_device_guards_its_key(world, folder):
    """The seed is sealed under the passphrase and bound to what the file says."""
    device = ReferenceDevice(world, folder)
    device.pair()
    ask(world)
    device.write_passphrase("another passphrase")
    refused = device.run("list")
    assert refused.returncode == 77 and "passphrase" in refused.stderr, refused.stderr
    device.write_passphrase("a passphrase of the test")
    content = device.file.read_bytes()
    assert b"alice" in content
    device.file.write_bytes(content.replace(b"alice", b"alica"))
    assert device.run("list").returncode == 77, "the account in the file was changed"
    device.file.write_bytes(content)
    device.file.chmod(0o644)
    assert device.run("list").returncode == 78
    device.file.chmod(0o600)
    ask(world)
    several = device.run("approve", "--number", "11")
    assert several.returncode == 64 and "--question" in several.stderr and several.stderr.count("alice") == 2, several.stderr
    assert device.run("approve", "--number", "300").returncode == 65
    assert device.run("pair", given="SSPR1:AAAA\n").returncode == 78, "the file is looked at before the text is used"
    device.file.unlink()
    again = device.run("pair", given="SSPR1:AAAA\n")
    assert again.returncode == 65 and "damaged" in again.stderr
    missing = device.run("list")
    assert missing.returncode == 66 and "sspr-device pair" in missing.stderr
