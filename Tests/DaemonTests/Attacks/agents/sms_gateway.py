"""A stand-in gateway for text messages: HTTPS on the loopback with an authority of its own, a password, and bad days."""

import base64
import json
import pathlib
import ssl
import subprocess
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USER, PASSWORD = "example", "gateway-password"
SERVER_EXTENSION = "subjectAltName=DNS:localhost,IP:127.0.0.1"


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Authority:
    """An authority and what it has signed."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.path = str(self.folder / "ca.pem")
        self.key = str(self.folder / "ca.key")
        self._make(self.key, self.path, "authority", [])

    def _make(self, key, path, name, more):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
                "-out", path, "-days", "2", "-subj", f"/CN={name}", *more)

    def certificate(self, name="localhost", extension=SERVER_EXTENSION, signed=True):
        """A certificate and its key in one file; unless `signed`, it vouches for itself only."""
        signer = ["-CA", self.path, "-CAkey", self.key] if signed else []
        key, path = str(self.folder / f"{name}.key"), str(self.folder / f"{name}.pem")
        self._make(key, path, name, ["-addext", extension, "-addext", "basicConstraints=critical,CA:FALSE", *signer])
        both = self.folder / f"{name}.both"
        both.write_text(pathlib.Path(path).read_text() + pathlib.Path(key).read_text())
        return str(both)


class Gateway:
    """Keeps what it took. `mood` says how it answers: well, hang, cut, stall, error, refuse, busy, no, flood, elsewhere, or a status."""

    STATUS = {"error": 500, "refuse": 400, "busy": 429, "elsewhere": 302}

    def __init__(self, certificate=None):
        self.mood = "well"
        self.condition = threading.Condition()
        self.messages = []
        self.requests = 0
        self.over = threading.Event()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                gateway.serve(self)

            def log_message(self, *arguments):
                pass  # The test's own output stays readable.

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def finish_request(self, request, address):
                # The handshake belongs to the connection's thread: one that fails must not stop the others.
                super().finish_request(context.wrap_socket(request, server_side=True) if context else request, address)

            def handle_error(self, request, address):
                pass  # A client that does not trust us goes away in the middle of the handshake.

        context = None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"{'https' if certificate else 'http'}://localhost:{self.port}/messages"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def serve(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        with self.condition:
            self.requests += 1
            self.condition.notify_all()
        if self.mood == "hang":
            self.over.wait(60)
            return
        if self.mood == "cut":
            return  # The connection closes without a word.
        basic = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if handler.headers["Authorization"] not in (basic, f"Bearer {PASSWORD}"):
            return self.answer(handler, 401, {"status": "who are you"})
        if self.mood in self.STATUS or isinstance(self.mood, int):
            return self.answer(handler, self.STATUS.get(self.mood, self.mood), {"status": "queued"})
        if handler.headers["Content-Type"] == "application/json":
            fields = json.loads(body)
        else:
            fields = dict(urllib.parse.parse_qsl(body.decode(), strict_parsing=True, keep_blank_values=True))
        if self.mood == "no":
            return self.answer(handler, 200, {"status": f"failed for {fields['To']}: {fields['Body']}"})
        with self.condition:
            self.messages.append((fields, dict(handler.headers)))
            self.condition.notify_all()
        if self.mood == "stall":
            # Taken, and then the line is dead in the middle of the answer.
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            return
        self.answer(handler, 201, {"status": "queued", "more": "x" * (70_000 if self.mood == "flood" else 1)})

    @staticmethod
    def answer(handler, status, fields):
        body = json.dumps(fields).encode()
        handler.send_response(status)
        if status == 302:
            handler.send_header("Location", "/elsewhere")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def wait_for(self, predicate):
        with self.condition:
            assert self.condition.wait_for(predicate, 60), "no message came"
