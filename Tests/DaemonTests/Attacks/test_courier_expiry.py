"""Invariant I5: messages that nobody can deliver in time die, are not handed on any more, and stand in the trail."""

import pathlib

import pytest
from courier_stage import CODE_LIFE, house, outbox  # noqa: F401  (a fixture)
from harness import PASSWORD, wait_until

AT_ITS_PACE = pytest.mark.parametrize("house", [{"speed": 1}], indirect=True, ids=["at its pace"])


def send_code(world, name="alice"):
    begun = world.begin(name)
    world.call("recovery.send", handle=begun["handle"], choice=world.choice(begun, "email"))


def register(world, mail, name="alice"):
    world.add(name)
    handle = world.call("registration.prove", account=name, password=PASSWORD)["handle"]
    begun = world.call("registration.begin", handle=handle, kind="email", contact=f"{name}@example.org")
    letter = wait_until(lambda: mail.to(f"{name}@example.org", "confirmationCode"), what="the code")[0]
    world.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=letter.code)
    wait_until(lambda: outbox(world.daemon) == 0, what="the notice's delivery")


def deaths(world):
    return [event for event in world.events("delivery.settled") if event.get("reason") == "expired"]


@AT_ITS_PACE
def test_invariant_I5_a_courier_that_was_away_gets_no_dead_code(house):
    """Guard: OutboxSnapshot.nextDelivery finds nothing that has expired, and ExpiredDeliveries writes it down."""
    world, courier, mail, clock = house
    register(world, mail)
    courier.kill()
    send_code(world)
    clock.skip(CODE_LIFE)
    wait_until(lambda: deaths(world), seconds=40, what="the entry in the trail")
    courier.start()
    send_code(world)
    wait_until(lambda: outbox(world.daemon) == 0, what="the second code's delivery")
    assert len(mail.to("alice@example.org", "recoveryCode")) == 1
    died, = deaths(world)
    assert (died["account"], died["outcome"]) == ("alice", "failed")
    assert died["delivery"] not in [event["delivery"] for event in world.events("delivery.taken")]


@AT_ITS_PACE
def test_invariant_I5_a_transport_that_hangs_dies_with_its_code(house, folder):
    """Guard: Route.deliver gives no transport longer than its message lives; what is reported then is a death (Deliveries.report)."""
    world, courier, mail, clock = house
    register(world, mail)
    courier.kill()
    send_code(world)
    # Begun in time; without an end it would hand on, some day, what is good for nothing but to confuse.
    mail.transport.write_text(f"#!/bin/sh\necho $$ >>{folder}/begun\nexec sleep 3600\n")
    clock.skip(CODE_LIFE - 15)
    courier.start()
    wait_until(lambda: deaths(world), seconds=60, what="the end")
    begun = (folder / "begun").read_text().split()
    assert len(begun) == 1, "it was not begun, or again after its end"
    wait_until(lambda: not pathlib.Path(f"/proc/{begun[0]}").exists(), what="the transport's end")
    died, = deaths(world)
    assert (died["account"], died["outcome"]) == ("alice", "failed")
    assert outbox(world.daemon) == 0 and mail.to("alice@example.org", "recoveryCode") == []


@AT_ITS_PACE
def test_invariant_I5_a_week_without_a_courier_loses_no_entry(house):
    """Guard: ExpiredDeliveries, at the start as well: a notice that nobody fetched in 72 hours is told."""
    world, courier, mail, clock = house
    register(world, mail)
    courier.kill()
    world.call("signin.change", account="alice", current=PASSWORD, new="a wholly different sentence")
    world.daemon.kill()
    clock.skip(7 * 86_400)
    world.daemon.start()
    died, = deaths(world)
    assert (died["account"], died["outcome"]) == ("alice", "failed") and outbox(world.daemon) == 0
    courier.start()
    world.call("signin.change", account="alice", current="a wholly different sentence", new="yet another sentence altogether")
    wait_until(lambda: outbox(world.daemon) == 0, what="the next notice's delivery")
    assert len(mail.to("alice@example.org", "passwordChanged")) == 1
    world.verify()
