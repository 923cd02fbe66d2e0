"""Reads what is stored in a password's place and computes it anew, so that the daemon's own code is not its judge."""

import collections
import contextlib
import ctypes
import ctypes.util
import hashlib
import os
import sqlite3
import struct

PEPPER = 2
Verifier = collections.namedtuple("Verifier", "passes memory_kib salt tag pepper")


def verifier(daemon, account):
    """What the database has of an account's password."""
    with contextlib.closing(sqlite3.connect(f"file:{daemon.state}/ssprd.sqlite?mode=ro", uri=True)) as database:
        row = database.execute("SELECT passes, memory_kib, salt, tag, pepper FROM password_verifiers JOIN accounts ON id = account"
                               " WHERE name = ?", [account]).fetchone()
    return Verifier(*row)


class KeyRing:
    """The file of keys beside the database."""

    HEAD = b"ssprd key ring\n\1"

    def __init__(self, path):
        self.path, whole = path, path.read_bytes()
        assert whole.startswith(self.HEAD) and hashlib.blake2b(whole[:-32], digest_size=32).digest() == whole[-32:]
        self.entries = list(struct.iter_unpack(">BI32s", whole[20:-32]))

    def peppers(self):
        return {number: key for kind, number, key in self.entries if kind == PEPPER}

    def add_pepper(self):
        self.entries.append((PEPPER, max(self.peppers()) + 1, os.urandom(32)))
        whole = self.HEAD + struct.pack(">I", len(self.entries)) + b"".join(struct.pack(">BI32s", *entry) for entry in sorted(self.entries))
        self.path.write_bytes(whole + hashlib.blake2b(whole, digest_size=32).digest())


def argon2id(secret, stored):
    """Argon2id version 1.3 with one lane, by libsodium, which the daemon needs as well."""
    tag, sodium = ctypes.create_string_buffer(32), ctypes.CDLL(ctypes.util.find_library("sodium"))
    assert sodium.sodium_init() >= 0
    assert sodium.crypto_pwhash(tag, ctypes.c_ulonglong(32), secret, ctypes.c_ulonglong(len(secret)), stored.salt,
                                ctypes.c_ulonglong(stored.passes), ctypes.c_size_t(stored.memory_kib * 1024), 2) == 0
    return tag.raw


def expected_tag(password, stored, peppers):
    """What must be stored for a password: Argon2id over its keyed hash under the pepper that the row names."""
    def field(content):
        return struct.pack(">Q", len(content)) + content
    key = hashlib.blake2b(key=peppers[stored.pepper], salt=struct.pack("<Q8x", 1), person=b"ssprPepr", digest_size=32).digest()
    return argon2id(hashlib.blake2b(field(b"ssprd secret 1") + field(password.encode()), key=key, digest_size=64).digest(), stored)
