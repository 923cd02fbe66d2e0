"""A phone app, written from spec/PROTOCOL.md section "A device is paired and asked" alone: cbor2 and python3-cryptography."""

import base64
import hashlib
import hmac
import time

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def encode(value):
    return cbor2.dumps(value, canonical=True)


INVITATION = ("instance", "host", "account", "enrolment", "secret", "expiresAt")


def read_pairing(text):
    """The invitation behind `SSPR1:...`."""
    assert text.startswith("SSPR1:"), text
    digits = text[6:]
    fields = cbor2.loads(base64.b32decode(digits + "=" * (-len(digits) % 8)))
    return {name: fields[key] for key, name in enumerate(INVITATION, 1)}


def pairing_text(invitation):
    """The text that a terminal shows for an invitation."""
    fields = encode({key: invitation[name] for key, name in enumerate(INVITATION, 1)})
    return "SSPR1:" + base64.b32encode(fields).decode().rstrip("=")


class Device:
    """One device, paired or about to be; `call` carries its calls and is not trusted."""

    def __init__(self, call, invitation, key=None, wake_address=None):
        self.call = call
        self.wake_address = wake_address
        self.invitation = invitation
        self.private = key or Ed25519PrivateKey.generate()
        self.key = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def number(self):
        return self.invitation["enrolment"]

    def sign(self, statement):
        return self.private.sign(encode(statement))

    def _statement(self, use):
        statement = {1: use, 2: self.invitation["instance"], 3: self.number, 4: self.key}
        return statement if self.wake_address is None else {**statement, 5: self.wake_address}

    def _tag(self, use):
        return hmac.new(self.invitation["secret"], encode(self._statement(use)), hashlib.sha256).digest()

    def code(self):
        """What is shown once it is paired."""
        return f"{int.from_bytes(self._tag('sspr pairing code 1')[:8], 'big') % 100_000_000:08d}"

    def pair(self):
        """Returns the code to type at the terminal."""
        statement = self._statement("sspr pairing 1")
        self.call("devices.pair", enrolment=self.number, key=self.key, proof=self._tag("sspr pairing 1"), signature=self.sign(statement),
                  wakeAddress=self.wake_address)
        return self.code()

    def questions(self):
        at = int(time.time() * 1000)
        statement = {1: "sspr listing 1", 2: self.invitation["instance"], 3: self.number, 4: at}
        return self.call("devices.approvals", device=self.number, at=at, signature=self.sign(statement))["questions"]

    def approval(self, question, decision, number=None):
        """The statement that an answer signs."""
        names = ("id", "nonce", "instance", "host", "account", "recovery", "purpose", "peer", "askedAt", "expiresAt")
        statement = {1: "sspr approval 1", 2: {key: question[name] for key, name in enumerate(names, 1)}, 3: decision}
        return statement if number is None else {**statement, 4: number}

    def answer(self, question, decision, number=None, signature=None):
        signature = signature or self.sign(self.approval(question, decision, number))
        self.call("devices.answer", device=self.number, question=question["id"], decision=decision, number=number, signature=signature)
