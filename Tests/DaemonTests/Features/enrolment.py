"""How the scenarios of methods register more than an address and an app, and use it."""

import time

import sspr
from device import Device
from harness import PASSWORD, Daemon, World, app_code, fake_clock


class Home:
    """A daemon whose time passes as the scenario says."""

    def __init__(self, folder, configuration=""):
        self.clock, self.passed = folder / "clock", 0.0
        self.pass_seconds(0)
        self.daemon = Daemon(folder, configuration, env=fake_clock(self.clock)).start()
        self.world = World(self.daemon)
        self.call, self.refusal = self.world.call, self.world.refusal

    def pass_seconds(self, seconds):
        self.passed += seconds
        self.clock.write_text(f"+{self.passed:.3f}s")

    def now(self):
        return time.time() + self.passed

    def mid_step(self):
        """Passes time to the middle of an app's step."""
        self.pass_seconds((15 - self.now()) % 30)

    def app_code(self, key, offset=0):
        return app_code(key, at=self.now(), offset=offset)

    # Registration -----------------------------------------------------------------------------------------------------------

    def handle(self, account="alice"):
        return self.call("registration.prove", account=account, password=PASSWORD)["handle"]

    def register(self, kind, account="alice", contact=None, channel=None, wake_address=None):
        """Registers a method the way a person does; returns what the registration showed, or the failure's name."""
        handle = self.handle(account)
        try:
            begun = self.call("registration.begin", handle=handle, kind=kind, contact=contact, channel=channel)
        except sspr.Failed as failed:
            return failed.name
        if kind == "totp":
            code = self.app_code(begun["key"], offset=-1)
        elif kind == "push":
            begun["device"] = ClockedDevice(self, begun["pairing"], wake_address=wake_address)
            code = begun["device"].pair()
        elif kind == "recoveryCodes":
            code = begun["codes"][-1]
        else:
            code = self.world.code("confirmationCode", contact)
        begun["method"] = self.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=code)["method"]
        return begun

    def answer_questions(self, answers, account="alice"):
        """Registers questions; the failure's name where they are refused."""
        given = [{"question": number, "answer": text} for number, text in answers.items()]
        try:
            self.call("registration.answers", handle=self.handle(account), answers=given)
        except sspr.Failed as failed:
            return failed.name
        return None

    # Recovery ---------------------------------------------------------------------------------------------------------------

    def send(self, begun, kind, **fields):
        return self.call("recovery.send", handle=begun["handle"], choice=self.world.choice(begun, kind), **fields)

    def answer(self, begun, kind, **fields):
        """Gives a proof; the reply, or the failure's name."""
        try:
            return self.call("recovery.answer", handle=begun["handle"], choice=self.world.choice(begun, kind), **fields)
        except sspr.Failed as failed:
            return failed.name

    def mailed(self, begun):
        return self.answer(begun, "email", code=self.world.mailed(begun))

    def offered(self, account="alice"):
        return {method["kind"] for method in self.world.begin(account)["methods"]}

    def missing(self, account="alice"):
        return self.call("accounts.show", account=account)["missing"]

    def waits(self, account="alice"):
        """How many of the account's messages a courier would be given."""
        rows = self.call("agents.listDeliveries", after=0, account=account)["deliveries"]
        return sum(row["state"] == "queued" for row in rows)


class ClockedDevice(Device):
    """A device in whose hand the same time is shown."""

    def __init__(self, home, invitation, **options):
        super().__init__(home.call, invitation, **options)
        self.home = home

    def questions(self):
        at = int(self.home.now() * 1000)
        statement = {1: "sspr listing 1", 2: self.invitation["instance"], 3: self.number, 4: at}
        with self.home.daemon.connect() as phone:
            return phone.call("devices.approvals", device=self.number, at=at, signature=self.sign(statement))["questions"]
