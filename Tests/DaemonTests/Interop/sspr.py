"""A client of ssprd, written from the pages in spec/ alone: PROTOCOL.md, calls.json, failures.md.

Standard library and cbor2 only. It shares no code with the daemon, so that a codec that is wrong on both sides in the same way is
noticed. Used by the interoperability test and by every test that drives the daemon from outside.
"""

import json
import os
import pathlib
import socket
import stat
import struct

import cbor2

SPEC = pathlib.Path(__file__).resolve().parents[3] / "spec"
VERSION = 1
REQUEST, REPLY, FAILURE = 1, 2, 3
HEADER = struct.Struct(">IBBHI")
REPLY_LIMIT = 65_536


class Failed(Exception):
    """The daemon refused: `code` is the number, `name` its name in failures.md."""

    def __init__(self, call, body):
        self.code = body[1]
        self.name = FAILURES.get(self.code, f"number {self.code}")
        self.retry_after = body.get(2)
        self.rule = body.get(3)
        self.refusal = body.get(4)
        self.text = body.get(5)
        self.points = body.get(6)
        self.found = body.get(7)
        super().__init__(f"{call}: {self.name}")


class Closed(Exception):
    """The daemon closed the connection."""


class Untrusted(Exception):
    """Whoever listens is neither root nor the owner of the socket's folder."""


_pages = json.loads((SPEC / "calls.json").read_text())
CALLS = {call["name"]: call for call in _pages["calls"]}
FAILURES = {failure["number"]: failure["name"] for failure in _pages["failures"]}


def encode(value):
    """Deterministic CBOR."""
    return cbor2.dumps(value, canonical=True)


def to_wire(shape, value):
    """Names become keys; what the page does not list is an error of the caller."""
    if shape["type"] == "map":
        fields = {field["name"]: field for field in shape["fields"]}
        return {fields[name]["key"]: to_wire(fields[name]["value"], item) for name, item in value.items() if item is not None}
    if shape["type"] == "list":
        return [to_wire(shape["of"], item) for item in value]
    if shape["type"] == "bytes" and isinstance(value, str):
        return value.encode()
    return value


def from_wire(shape, value):
    """Keys become names; unknown keys of a reply are ignored, as PROTOCOL.md section 3 asks."""
    if shape["type"] == "map":
        return {
            field["name"]: from_wire(field["value"], value[field["key"]])
            for field in shape["fields"]
            if field["key"] in value
        }
    if shape["type"] == "list":
        return [from_wire(shape["of"], item) for item in value]
    return value


class Client:
    """One connection. `call("recovery.begin", account="alice", purpose="reset")` returns the reply by names or raises `Failed`."""

    def __init__(self, path, timeout=40, check_server=True):
        self.path = str(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(self.path)  # blocking: a full backlog is waited for
        self.socket.settimeout(timeout)
        self.next_id = 1
        if check_server:
            self.check_server()

    def check_server(self):
        """PROTOCOL.md section 1: before a secret is sent, the client checks who listens."""
        credentials = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        _, uid, _ = struct.unpack("3I", credentials)
        if uid == 0:
            return
        folder = os.open(os.path.dirname(self.path), os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            info = os.fstat(folder)
        finally:
            os.close(folder)
        if info.st_uid != uid or info.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise Untrusted(f"{self.path}: uid {uid} listens there")

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # Frames -----------------------------------------------------------------------------------------------------------------

    def send_frame(self, method, body, identifier=None, version=VERSION, kind=REQUEST, length=None):
        """Sends one frame; the extra arguments let tests send what no client should."""
        if identifier is None:
            identifier = self.next_id
            self.next_id += 1
        header = HEADER.pack(len(body) if length is None else length, version, kind, method, identifier)
        self.socket.sendall(header + body)
        return identifier

    def receive_frame(self):
        """Returns (kind, method, id, body)."""
        length, version, kind, method, identifier = HEADER.unpack(self._exactly(HEADER.size))
        assert version == VERSION, f"version {version}"
        assert length <= REPLY_LIMIT, f"a reply of {length} bytes"
        return kind, method, identifier, self._exactly(length)

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            try:
                part = self.socket.recv(count - len(data))
            except ConnectionError as error:
                raise Closed(str(error)) from error
            if not part:
                raise Closed(f"after {len(data)} of {count} bytes")
            data += part
        return data

    # Calls ------------------------------------------------------------------------------------------------------------------

    def raw(self, method, body):
        """Sends any bytes under any number; returns the decoded reply or raises `Failed`."""
        identifier = self.send_frame(method, body)
        kind, answered, answered_id, answer = self.receive_frame()
        assert (answered, answered_id) == (method, identifier), "an answer to something else"
        value = cbor2.loads(answer)
        assert encode(value) == answer, "the answer is not in deterministic encoding"
        if kind == FAILURE:
            raise Failed(hex(method), value)
        assert kind == REPLY
        return value

    def call(self, name, **fields):
        """Makes a call by the names of calls.json."""
        call = CALLS[name]
        try:
            value = self.raw(call["number"], encode(to_wire(call["request"], fields)))
        except Failed as failed:
            failed.args = (f"{name}: {failed.name}",)
            raise
        return from_wire(call["reply"], value)

    def start(self, name, **fields):
        """Sends a call without waiting for its answer."""
        call = CALLS[name]
        return self.send_frame(call["number"], encode(to_wire(call["request"], fields)))

    def finish(self, name):
        """Waits for the answer of the oldest call that was started."""
        kind, _, _, answer = self.receive_frame()
        value = cbor2.loads(answer)
        if kind == FAILURE:
            raise Failed(name, value)
        return from_wire(CALLS[name]["reply"], value)
