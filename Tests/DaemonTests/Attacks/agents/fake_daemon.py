"""A stand-in for ssprd that hands out jobs and records reports: frames of 12 bytes, deterministic CBOR (spec/PROTOCOL.md)."""

import os
import socket
import struct
import threading
import time

import cbor2

HEADER = struct.Struct(">IBBHI")
REQUEST, REPLY, FAILURE = 1, 2, 3
CLAIM_DELIVERY, REPORT_DELIVERY, CLAIM_WRITEBACK, REPORT_WRITEBACK = 0x0701, 0x0702, 0x0703, 0x0704
DENIED, REFUSED = 2, 4


def receive(connection, count):
    data = b""
    while len(data) < count:
        chunk = connection.recv(count - len(data))
        if not chunk:
            raise ConnectionError("closed")
        data += chunk
    return data


class FakeDaemon:
    """Serves one socket until `stop`; `jobs` are handed out once each, in order, to whoever claims."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "d.sock")
        self.condition = threading.Condition()
        self.jobs = {CLAIM_DELIVERY: [], CLAIM_WRITEBACK: []}
        self.claims = []
        self.handed_out = []
        self.reports = []
        self.late = set()
        self.refuse_claims = False
        self.connections = []
        self.listener = None
        self.generation = 0

    def start(self):
        self.stopped = False
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen(8)
        self.thread = threading.Thread(target=self._accept, args=(self.listener,), daemon=True)
        self.thread.start()
        return self

    def stop(self):
        """Goes away like a daemon that ends: no socket, no connection."""
        self.stopped = True
        with self.condition:
            self.generation += 1
            self.condition.notify_all()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # The other side was quicker.
        self.connections = []
        os.unlink(self.path)

    def give(self, claim, job):
        with self.condition:
            self.jobs[claim].append(job)
            self.condition.notify_all()

    def report_of(self, identifier, count=1, timeout=40):
        """Waits for the newest of `count` reports about one job."""
        with self.condition:
            def found():
                return [r for r in self.reports if r[1] == identifier]
            assert self.condition.wait_for(lambda: len(found()) >= count, timeout), "no report came"
            return found()[-1]

    def wait_until_handed_out(self, identifier, timeout=40):
        with self.condition:
            assert self.condition.wait_for(lambda: identifier in self.handed_out, timeout), "nobody claimed"

    def wait_for_claim(self, timeout=40):
        with self.condition:
            before = len(self.claims)
            assert self.condition.wait_for(lambda: len(self.claims) > before, timeout), "nobody claimed"

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=(connection, self.generation), daemon=True).start()

    def _serve(self, connection, born):
        try:
            while True:
                length, version, kind, method, number = HEADER.unpack(receive(connection, 12))
                assert (version, kind) == (1, REQUEST)
                body = cbor2.loads(receive(connection, length))
                kind, answer = self._answer(method, body, born)
                data = cbor2.dumps(answer, canonical=True)
                connection.sendall(HEADER.pack(len(data), 1, kind, method, number) + data)
        except OSError:
            connection.close()

    def _answer(self, method, body, born):
        if method in self.jobs:
            return self._claim(method, body, born)
        with self.condition:
            self.reports.append(body)
            self.condition.notify_all()
            return (FAILURE, {1: REFUSED}) if body[1] in self.late else (REPLY, {})

    def _claim(self, method, body, born):
        with self.condition:
            self.claims.append(body)
            self.condition.notify_all()
            if self.refuse_claims:
                return FAILURE, {1: DENIED}
            wanted = body.get(1) if method == CLAIM_DELIVERY else None

            def fitting():
                return next((job for job in self.jobs[method] if not wanted or job[3] in wanted), None)
            self.condition.wait_for(lambda: self.generation != born or fitting(), 5)
            # After a stop the connection of before is dead: a job given to it would be lost.
            job = fitting()
            if self.generation != born or not job:
                return REPLY, {}
            self.jobs[method].remove(job)
            self.handed_out.append(job[1])
            self.condition.notify_all()
            return REPLY, {1: job}


def milliseconds(after=0):
    return int((time.time() + after) * 1000)


def delivery(identifier, kind="recoveryCode", code="48210637", address="alice@example.org", account="alice",
             lease=1, happened=None, life=600, channel="email", language=None):
    job = {1: identifier, 2: lease, 3: channel, 4: address, 5: kind, 6: account,
           8: milliseconds() if happened is None else happened, 9: milliseconds(life)}
    if code is not None:
        job[7] = code
    if language is not None:
        job[10] = language
    if kind == "administratorResets":
        job[12] = {1: 3, 2: ["ada", "bob"]}
    return job


def order(identifier, operation, account, password=None, life=20, uid=None):
    job = {1: identifier, 2: operation, 3: account, 5: milliseconds(life), 6: 4711}
    if uid is not None:
        job[7] = uid
    if password is not None:
        job[4] = password.encode() if isinstance(password, str) else password
    return job
