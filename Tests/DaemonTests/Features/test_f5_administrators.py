"""Administrators' own accounts from outside: two proofs, one switch, and who is told (feature F5)."""

import pytest
from harness import NEW_PASSWORD, QUESTIONS
from house import start  # noqa: F401  (a fixture)
from test_reset_digests import waiting

DAY = 86_400
ROLES = ("administrator", "globalAdministrator")


def prove(house, account, key):
    """Proves address and app; returns whether the address alone was enough, and the grant."""
    begun = house.begin(account)
    code = house.mailed(begun)
    half = house.call("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "email"), code=code)
    if half.get("grant"):
        return True, half["grant"]
    whole = house.call("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "totp"), code=house.app_code(key))
    return False, whole["grant"]


def test_feature_F5_two_proofs_no_questions_and_one_switch(start):  # noqa: F811
    """Administrators may recover by default, always need two proofs and have no questions; `administrators: false` turns it off for
    all of them, effective at once.
    """
    house = start("recovery: {proofs: 1, coolingOffHours: 0}\nquestions: true\n")
    keys = {}
    for name, role in (("ana", "user"), ("adi", "administrator"), ("root", "globalAdministrator")):
        house.add(name, role=role)
        keys[name] = house.enrol(name)
    answers = [{"question": number, "answer": text} for number, text in QUESTIONS.items()]
    house.call("registration.answers", handle=house.open("ana", code=house.app_code(keys["ana"])), answers=answers)
    for name in ("adi", "root"):
        handle = house.open(name, code=house.app_code(keys[name]))
        assert house.refusal("registration.answers", handle=handle, answers=answers) == "notFound"
    house.later(90)
    assert prove(house, "ana", keys["ana"])[0], "one proof is enough for a user"
    grants = {}
    for name in ("adi", "root"):
        assert house.call("accounts.explain", account=name)["unmet"] == []
        alone, grants[name] = prove(house, name, keys[name])
        assert not alone, name
        house.later(3700)
        begun = house.begin(name)
        half = house.call("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "email"), code=house.mailed(begun))
        assert "questions" not in [method["kind"] for method in half["methods"]]
    # Whatever the policy says, and for whom it says it.
    for document in ("recovery: {proofs: 1}\n", "questions: true\n", "temporaryPass: true\n"):
        house.client("policy", "apply", "-", "--reason", "a test", text=document)
        assert not prove(house, "adi", keys["adi"])[0], document
        house.later(3700)

    running = house.begin("adi")
    house.mailed(running)
    house.client("policy", "apply", "-", "--reason", "off", "--allow-loss", text="administrators: false\n")
    for name in ("adi", "root"):
        assert house.call("accounts.explain", account=name)["unmet"] == ["selected"]
    late = {name: house.refusal("recovery.reset", account=name, grant=grant, password=NEW_PASSWORD) for name, grant in grants.items()}
    assert late == {"adi": "refused", "root": "refused"}
    assert house.refusal("recovery.answer", handle=running["handle"], choice=1, code="00000000") == "refused"
    assert house.call("accounts.explain", account="ana")["unmet"] == []
    change = next(event for event in house.events("policy.changed") if event["change"]["field"] == "administrators")
    assert (change["change"]["before"], change["change"]["after"]) == ("true", "false")
    # On again, a recovery that begins now succeeds.
    house.later(3700)
    house.client("policy", "apply", "-", "--reason", "on", text="administrators: true\n")
    grant = prove(house, "adi", keys["adi"])[1]
    house.call("recovery.reset", account="adi", grant=grant, password=NEW_PASSWORD)


@pytest.mark.parametrize("role", ROLES)
def test_feature_F5_all_other_global_administrators_are_told(start, role):  # noqa: F811
    """When one's password was reset, all other global administrators are told: the first hundred in the order of names at once, all
    others by one mail a day that adds up what happened.

    100 at once

    24 h

    20 names a mail
    """
    house = start()
    chiefs = [f"chief{number:03}" for number in range(103)]
    rows = [{"account": name, "role": "globalAdministrator", "email": f"{name}@example.org"} for name in reversed(chiefs)]
    for first in range(0, len(rows), 50):
        house.call("accounts.import", mode="allOrNone", rows=rows[first:first + 50])
    # A name behind all others: who is told of the own reset would be told at the end of the day.
    names = [f"root{number:02}" for number in range(22)] if role == "administrator" else ["zoe"]
    for name in names:
        house.add(name, role=role)
        key = house.enrol(name)
        house.call("recovery.reset", account=name, grant=house.grant(name, key), password=NEW_PASSWORD)
        house.deliveries(sum(waiting(house.daemon).values()))
    at_once = [job["contact"] for job in house.outbox if job["kind"] == "administratorReset"]
    assert sorted(at_once) == sorted(f"{name}@example.org" for name in chiefs[:100] for _ in names)
    restart(house)
    assert "administratorResets" not in waiting(house.daemon), "not before the day is over"
    house.later(DAY - 3600)
    restart(house)
    assert "administratorResets" not in waiting(house.daemon)
    house.later(3700)
    restart(house)
    jobs = house.deliveries(waiting(house.daemon)["administratorResets"])
    assert sorted(job["contact"] for job in jobs) == [f"{name}@example.org" for name in chiefs[100:]]
    for job in jobs:
        assert job["kind"] == "administratorResets"
        assert job["resets"]["count"] == len(names) and job["resets"]["accounts"] == names[:20]
        assert job["resets"].get("unnamed") == (2 if len(names) == 22 else None)
    house.later(2 * DAY)
    restart(house)
    assert "administratorResets" not in waiting(house.daemon), "told once"


def restart(house):
    """What is to be told by the clock is told at the start, too."""
    house.daemon.stop()
    house.daemon.start()
