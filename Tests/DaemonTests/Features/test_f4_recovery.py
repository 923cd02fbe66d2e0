"""Recoveries from outside: from begin to reset, whose they are, and how they end (feature F4)."""

import json
import os
import subprocess
import time

import pytest
from harness import NEW_PASSWORD, PASSWORD, as_uid, client_program, needs_root
from house import check_range, start  # noqa: F401  (a fixture)

MINUTE, HOUR = 60, 3600
OTHER = 2006


@pytest.fixture
def house(start):  # noqa: F811
    house = start(f"recovery: {{coolingOffHours: 0}}\nroles: {{helper: {{users: [0, {os.geteuid()}, {OTHER}]}}}}\n")
    house.add("ana")
    house.key = house.enrol("ana")
    return house


def proven(house, purpose="reset", account="ana", key=None):
    """A recovery whose two proofs are given; with its grant."""
    begun = house.begin(account, purpose)
    house.call("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "email"), code=house.mailed(begun))
    whole = house.call("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "totp"), code=house.app_code(key or house.key))
    return begun, whole["grant"]


def reset(house, grant, password=NEW_PASSWORD):
    house.call("recovery.reset", account="ana", grant=grant, password=password)


def test_feature_F4_from_begin_to_a_grant_that_counts_once(house):
    """Recovery. `begin`, `send`, `answer`, then a grant that `reset` or `unlock` takes once."""
    begun = house.begin("ana")
    assert [method["kind"] for method in begun["methods"]] == ["email", "totp"] and begun["proofsNeeded"] == 2
    code = house.mailed(begun)
    half = house.call("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "email"), code=code)
    assert half["proofsMissing"] == 1 and "grant" not in half
    whole = house.call("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "totp"), code=house.app_code(house.key))
    reset(house, whole["grant"])
    house.call("signin.authenticate", account="ana", password=NEW_PASSWORD)
    assert house.refusal("recovery.reset", account="ana", grant=whole["grant"], password=PASSWORD) == "refused"
    # An account that wrong passwords have locked.
    house.later(90)
    for number in range(10):
        assert house.refusal("signin.authenticate", account="ana", password=f"wrong {number}") == "refused"
    assert house.refusal("signin.authenticate", account="ana", password=NEW_PASSWORD) == "throttled"
    _, grant = proven(house, "unlock")
    house.call("recovery.unlock", account="ana", grant=grant)
    house.call("signin.authenticate", account="ana", password=NEW_PASSWORD)
    assert house.refusal("recovery.unlock", account="ana", grant=grant) == "refused"


@needs_root
def test_feature_F4_handle_and_grant_are_bound(house):
    """Handle and grant belong to account, purpose and the uid that began."""
    house.add("ben")
    house.enrol("ben")
    begun = house.begin("ana")
    code = house.mailed(begun)
    answer = {"handle": begun["handle"], "choice": house.choice(begun, "email"), "code": code}
    assert as_uid(OTHER, house.daemon.socket, [("recovery.answer", answer)]) == [("failure", "refused")]
    house.call("recovery.answer", **answer)
    grant = house.call("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "totp"),
                       code=house.app_code(house.key))["grant"]
    taken = {"account": "ana", "grant": grant, "password": NEW_PASSWORD}
    assert as_uid(OTHER, house.daemon.socket, [("recovery.reset", taken)]) == [("failure", "refused")]
    assert house.refusal("recovery.reset", **{**taken, "account": "ben"}) == "refused"
    assert house.refusal("recovery.unlock", account="ana", grant=grant) == "refused"
    house.call("recovery.reset", **taken)


def test_feature_F4_a_reset_voids_the_rest(house):
    """A reset voids everything else that was under way."""
    others = [house.begin("ana") for _ in range(2)]
    code = house.mailed(others[0])
    house.later(90)
    _, second = proven(house)
    house.later(90)
    registration = house.open()
    _, grant = proven(house)
    reset(house, grant)
    assert house.refusal("recovery.answer", handle=others[0]["handle"], choice=1, code=code) == "refused"
    assert house.refusal("recovery.send", handle=others[1]["handle"], choice=1) == "refused"
    assert house.refusal("recovery.reset", account="ana", grant=second, password=PASSWORD) == "refused"
    assert house.refusal("registration.begin", handle=registration, kind="totp") == "refused"
    assert len(house.events("recovery.cancelled", reason="superseded")) == 3


def test_feature_F4_a_new_password_is_none_of_the_last(house):
    """A new password, changed or reset, is neither the present one nor one of the last before it; `passwords.reuseAfterReset` lets a
    reset set the present one again.

    the last 1 (0 to 24)
    """
    first, second, third = (f"a sentence of its own, number {number}" for number in range(3))

    def change(current, new):
        house.call("signin.change", account="ana", current=current, new=new)

    change(PASSWORD, first)
    change(first, second)
    for used in (second, first):
        assert house.refusal("signin.change", account="ana", current=second, new=used) == "passwordRefused"
        _, grant = proven(house)
        assert house.refusal("recovery.reset", account="ana", grant=grant, password=used) == "passwordRefused"
        house.later(HOUR)
    change(second, third)
    change(third, first)  # it is two back, and one is remembered
    check_range(house, "passwords.remembered", 1, 0, 24)
    house.client("policy", "apply", "-", "--reason", "a test", text="passwords: {reuseAfterReset: true}\n")
    _, grant = proven(house)
    reset(house, grant, first)
    assert house.refusal("signin.change", account="ana", current=first, new=first) == "passwordRefused", "a change may not"


def test_feature_F4_a_recovery_lives_a_quarter_of_an_hour(house):
    """15 min"""
    early, late = house.begin("ana"), house.begin("ana")
    _, grant = proven(house)
    house.later(15 * MINUTE - 20)
    house.call("recovery.send", handle=early["handle"], choice=house.choice(early, "email"))
    house.later(40)
    assert house.refusal("recovery.send", handle=late["handle"], choice=house.choice(late, "email")) == "refused"
    assert house.refusal("recovery.reset", account="ana", grant=grant, password=NEW_PASSWORD) == "refused"


def test_feature_F4_a_grant_bears_some_refused_passwords(house):
    """5 refused passwords"""
    for tries, last in ((5, None), (6, "refused")):
        _, grant = proven(house)
        for _ in range(tries):
            assert house.refusal("recovery.reset", account="ana", grant=grant, password="short") == "passwordRefused"
        if last:
            assert house.refusal("recovery.reset", account="ana", grant=grant, password=PASSWORD) == last
        else:
            reset(house, grant)
        house.later(HOUR)


def test_feature_F4_whoever_is_refused_learns_where_the_help_desk_is(start):  # noqa: F811
    """Whoever is refused at a terminal is told where it is (`helpDesk.contact`); PAM says nothing of it."""
    house = start('helpDesk: {contact: "room 12, +49 30 1234"}\n')
    house.add("ana")
    house.enrol("ana")
    told = house.client("reset", "ana", "--method", "totp", "--answers-from", "-", text="000000\n", status=77)
    assert "room 12, +49 30 1234" in told
    refused = subprocess.run(
        [client_program(), "pam", "auth", "--socket", str(house.daemon.socket)], input=b"not it\0", capture_output=True, timeout=60,
        env={"PAM_USER": "ana", "PAM_TYPE": "auth", "PAM_SERVICE": "login"})
    assert refused.returncode != 0 and b"room 12" not in refused.stdout + refused.stderr


def test_feature_F4_every_recovery_has_one_end(house):
    """Whoever leaves a recovery leaves a record of how far it had come; every recovery has exactly one end in the trail."""
    house.begin("ana")
    half = house.begin("ana")
    house.call("recovery.answer", handle=half["handle"], choice=1, code=house.mailed(half))
    cancelled = house.begin("ana")
    house.call("recovery.cancel", handle=cancelled["handle"])
    house.later(90)
    proven(house)
    house.begin("nobody-of-that-name")
    house.later(16 * MINUTE)
    house.daemon.stop()
    house.daemon.start()
    house.later(HOUR)
    _, grant = proven(house)
    reset(house, grant)
    house.daemon.stop()
    house.daemon.start()
    assert sorted(event["step"] for event in house.events("recovery.abandoned")) == ["begun", "begun", "granted", "proven"]
    begun = sorted(event["recovery"] for event in house.events("recovery.begun"))
    ends = ("recovery.abandoned", "recovery.cancelled", "recovery.failed", "password.reset")
    ended = [event["recovery"] for event in (record["event"] for record in house.audit()) if event["kind"] in ends]
    assert sorted(ended) == begun and len(begun) == 6
    shown = json.loads(house.client("report", "activity", "--from", moment(time.time() - 60), "--to", moment(house.now() + 60),
                                    "--format", "json"))
    counts = {row["ending"]: row["recoveries"] for row in shown["endings"]}
    assert counts["succeeded"] == counts["cancelled"] == counts["abandoned after a proof"] == counts["abandoned with a grant"] == 1, counts


def moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
