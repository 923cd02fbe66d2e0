"""A real SMTP server on the loopback (aiosmtpd): STARTTLS and a password, messages kept in memory."""

import asyncio
import email
import email.policy
import ssl
import subprocess
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "courier", "relay-password"


def certificate(folder):
    """A key and a certificate for localhost that vouches for itself."""
    key, cert = f"{folder}/key.pem", f"{folder}/cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
    return key, cert


class Sink:
    """Recipients that begin with `reject` get 550, with `tempfail` 451; `hold` makes DATA wait for `release`."""

    def __init__(self, folder):
        self.key, self.cert = certificate(folder)
        self.condition = threading.Condition()
        self.messages = []
        self.envelopes = []
        self.in_data = 0
        self.hold = False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("reject"):
            return f"550 5.1.1 <{address}> no such user"
        if address.startswith("tempfail"):
            return f"451 4.3.0 <{address}> try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        with self.condition:
            self.in_data += 1
            self.condition.notify_all()
        while self.hold:
            await asyncio.sleep(0.02)
        with self.condition:
            self.messages.append(email.message_from_bytes(envelope.original_content, policy=email.policy.default))
            self.envelopes.append((envelope.mail_from, envelope.rcpt_tos, session.ssl is not None))
            self.condition.notify_all()
        return "250 2.0.0 stored"

    def wait_for(self, predicate):
        with self.condition:
            assert self.condition.wait_for(predicate, 60), "the mail did not come"

    def start(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)

        def authenticate(server, session, envelope, mechanism, data):
            good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
            return AuthResult(success=good, handled=good)

        self.controller = Controller(self, hostname="127.0.0.1", port=0, tls_context=context, require_starttls=True,
                                     authenticator=authenticate, auth_required=True)
        # Port 0 cannot be probed by the controller's own start: the loop is run here.
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(
            self.loop.create_server(self.controller.factory, "127.0.0.1", 0))
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        return self

    def stop(self):
        self.hold = False
        self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
