"""Frames and bodies of the protocol (spec/PROTOCOL.md), as far as the bench needs them; names come from spec/calls.json."""

import json
import pathlib
import socket
import struct

SPEC = pathlib.Path(__file__).resolve().parent.parent / "spec" / "calls.json"
CALLS = {call["name"]: call for call in json.loads(SPEC.read_text(encoding="utf-8"))["calls"]}
HEADER = struct.Struct(">IBBHI")
REQUEST, FAILURE = 1, 3


def head(major: int, number: int) -> bytes:
    """The first bytes of a CBOR item, in the shortest form."""
    for size, code in ((1, 24), (2, 25), (4, 26), (8, 27)):
        if number < 24:
            return bytes([major << 5 | number])
        if number < 1 << 8 * size:
            return bytes([major << 5 | code]) + number.to_bytes(size, "big")
    raise ValueError(number)


def encode(value) -> bytes:
    """Deterministic CBOR of what requests are made of."""
    match value:
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return head(0, value) if value >= 0 else head(1, -1 - value)
        case bytes():
            return head(2, len(value)) + value
        case str():
            return head(3, len(value.encode())) + value.encode()
        case list():
            return head(4, len(value)) + b"".join(map(encode, value))
        case dict():
            return head(5, len(value)) + b"".join(encode(key) + encode(value[key]) for key in sorted(value))
    raise TypeError(type(value))


def decode(data: bytes, place: int = 0):
    """The item at `place` and where the next one begins."""
    major, number = data[place] >> 5, data[place] & 31
    place += 1
    if major == 7:
        return number == 21, place
    if number >= 24:
        size = 1 << (number - 24)
        number, place = int.from_bytes(data[place:place + size], "big"), place + size
    if major in (0, 1):
        return (number if major == 0 else -1 - number), place
    if major in (2, 3):
        content = data[place:place + number]
        return (content if major == 2 else content.decode()), place + number
    items = []
    for _ in range(number * (2 if major == 5 else 1)):
        item, place = decode(data, place)
        items.append(item)
    return (items if major == 4 else dict(zip(items[::2], items[1::2]))), place


def to_wire(shape: dict, value):
    """Names of fields become their keys."""
    if shape["type"] == "map":
        fields = {field["name"]: field for field in shape["fields"]}
        return {fields[name]["key"]: to_wire(fields[name]["value"], item) for name, item in value.items()}
    if shape["type"] == "list":
        return [to_wire(shape["of"], item) for item in value]
    return value.encode() if shape["type"] == "bytes" and isinstance(value, str) else value


def from_wire(shape: dict, value):
    """Keys of fields become their names."""
    if shape["type"] == "map":
        return {field["name"]: from_wire(field["value"], value[field["key"]]) for field in shape["fields"] if field["key"] in value}
    if shape["type"] == "list":
        return [from_wire(shape["of"], item) for item in value]
    return value


def frame(name: str, **fields) -> bytes:
    """A whole request."""
    call = CALLS[name]
    body = encode(to_wire(call["request"], fields))
    return HEADER.pack(len(body), 1, REQUEST, call["number"], 7) + body


class Refused(Exception):
    """The daemon said no; the number is in spec/failures.md."""


class Client:
    """One connection, for what must be set up before anything is measured; never for what is."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(40)
        self.socket.connect(str(path))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def call(self, name: str, **fields):
        self.socket.sendall(frame(name, **fields))
        return from_wire(CALLS[name]["reply"], self.receive(name))

    def receive(self, name: str = "a call"):
        """The body of the next answer."""
        length, _, kind, _, _ = HEADER.unpack(self._exactly(HEADER.size))
        body, _ = decode(self._exactly(length))
        if kind == FAILURE:
            raise Refused(f"{name}: {body[1]}")
        return body

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise EOFError("the daemon has closed the connection")
            data += part
        return data
