"""spec/vectors/devices.json is what `sspr-device` computes, and what a phone app written from the page alone computes too."""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Attacks"))

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from device import Device, encode, pairing_text, read_pairing
from harness import ROOT, program

PAGE = ROOT / "spec/vectors/devices.json"
QUESTION = ("id", "nonce", "instance", "host", "account", "recovery", "purpose", "peer", "askedAt", "expiresAt")


def test_the_vectors_are_what_the_program_prints():
    printed = subprocess.run([program("sspr-device"), "vectors"], capture_output=True, text=True, timeout=60)
    assert (printed.returncode, printed.stderr) == (0, "")
    assert printed.stdout == PAGE.read_text(), "make spec prints them anew"


def test_another_implementation_computes_the_same():
    vectors = json.loads(PAGE.read_text())
    invitation = read_pairing(vectors["pairingText"])
    assert pairing_text(invitation) == vectors["pairingText"]
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vectors["seed"]))
    assert {pairing["wakeAddress"] is None for pairing in vectors["pairings"]} == {True, False}
    for pairing in vectors["pairings"]:
        sent = {}
        device = Device(lambda name, **fields: sent.update(fields), invitation, key, pairing["wakeAddress"])
        assert device.key.hex() == vectors["key"]
        assert device.pair() == pairing["code"]
        assert encode(device._statement("sspr pairing 1")).hex() == pairing["statement"]
        assert encode(device._statement("sspr pairing code 1")).hex() == pairing["codeStatement"]
        assert (sent["proof"].hex(), sent["signature"].hex()) == (pairing["proof"], pairing["signature"])
    listing = {1: "sspr listing 1", 2: invitation["instance"], 3: device.number, 4: vectors["listing"]["at"]}
    assert encode(listing).hex() == vectors["listing"]["statement"]
    assert device.sign(listing).hex() == vectors["listing"]["signature"]
    assert [approval["decision"] for approval in vectors["approvals"]] == ["approve", "deny"]
    for approval in vectors["approvals"]:
        question = {QUESTION[place - 1]: value for place, value in cbor2.loads(bytes.fromhex(approval["question"])).items()}
        statement = device.approval(question, approval["decision"], approval["number"])
        assert encode(statement).hex() == approval["statement"]
        assert device.sign(statement).hex() == approval["signature"]
