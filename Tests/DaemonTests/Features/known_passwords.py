"""Reads a file of known passwords, written here once more so that the daemon's own code is not its judge."""

import hashlib
import struct

ALL = (1 << 64) - 1


class KnownPasswords:
    """A file of `ssprd filter build` that is small enough for one part."""

    def __init__(self, path):
        whole = path.read_bytes()
        magic, version, parts, self.count = struct.unpack(">8sIIQ", whole[:24])
        assert (magic, version, parts) == (b"SSPRknow", 1, 0)
        assert hashlib.blake2b(whole[:-32], digest_size=32).digest() == whole[-32:]
        self.seed, self.segments, self.bits = struct.unpack(">QIB3x", whole[24:40])
        self.prints = whole[40:-32]
        assert len(self.prints) == 3 * ((self.segments + 2) << self.bits)

    def difference(self, password):
        """0 for a password that is taken for known."""
        mixed = (int.from_bytes(hashlib.sha1(password.encode()).digest()[:8], "big") + self.seed) & ALL
        for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
            mixed = (mixed ^ mixed >> 33) * factor & ALL
        mixed ^= mixed >> 33
        length = 1 << self.bits
        first = mixed * (self.segments << self.bits) >> 64
        places = first, (first + length) ^ (mixed >> 18 & length - 1), (first + 2 * length) ^ (mixed & length - 1)
        difference = (mixed ^ mixed >> 32) & 0xFFFFFF
        for place in places:
            difference ^= int.from_bytes(self.prints[3 * place:3 * place + 3], "big")
        return difference
