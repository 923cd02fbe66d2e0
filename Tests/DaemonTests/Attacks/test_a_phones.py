"""Row A1 for phones: a number that is typed is compared, and never where a message goes."""

import pytest

import sspr
from harness import PASSWORD, Daemon, World, folder  # noqa: F401
from test_f_budgets import waiting_texts

NUMBER, OTHER = "+493055512342", "+493055512343"


def test_attack_A1_a_phone_gets_its_code_when_its_whole_number_is_typed(folder):
    """Guard: Challenges.sendCode compares; with another number the reply is the same and no courier is given anything."""
    daemon = Daemon(folder, "phones: true\nrecovery: {coolingOffHours: 0}\n").start()
    try:
        world = World(daemon)
        world.add("alice")
        world.enrol("alice", app=False)
        handle = world.call("registration.prove", account="alice", password=PASSWORD)["handle"]
        begun = world.call("registration.begin", handle=handle, kind="mobilePhone", contact=NUMBER)
        world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=world.code("confirmationCode", NUMBER))
        world.deliveries(1)  # the notice of the new method
        queued = waiting_texts(daemon)

        def send(**fields):
            begun = world.begin("alice")
            offer = next(method for method in begun["methods"] if method["kind"] == "mobilePhone")
            assert offer["confirmsContact"] and offer["hint"] == "+•• ••••••42" and offer["channels"] == ["sms", "voice"]
            sent = world.call("recovery.send", handle=begun["handle"], choice=offer["choice"], **fields)
            return sent["expiresAt"] - sent["resendAt"], sorted(sent)

        with pytest.raises(sspr.Failed, match="malformed"):
            send()
        wrong = send(contact=OTHER)
        assert waiting_texts(daemon) == queued, "nobody is sent anything"
        assert send(contact=NUMBER) == wrong
        assert waiting_texts(daemon) == queued + 1
        assert world.code("recoveryCode", NUMBER)
        assert [event.get("reason") for event in world.events("proof.requested")] == ["unconfirmed", None]
        world.verify()
    finally:
        daemon.stop()
