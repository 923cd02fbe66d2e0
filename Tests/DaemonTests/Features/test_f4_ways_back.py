"""Who takes a new password back, and what the help desk may and may not do (feature F4)."""

import pytest
from harness import NEW_PASSWORD, PASSWORD, as_uid, needs_root
from house import check_range, start  # noqa: F401  (a fixture)
from test_f4_recovery import proven, reset

MINUTE, HOUR = 60, 3600
STAFF = 2005


def written(code):
    """A code of a mail as the command takes it: Crockford's base 32, by hand."""
    bits = "".join(f"{byte:08b}" for byte in code)
    bits += "0" * (-len(bits) % 5)
    return "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[int(bits[n:n + 5], 2)] for n in range(0, len(bits), 5))


@pytest.fixture
def house(start):  # noqa: F811
    house = start(f"temporaryPass: true\nrecovery: {{coolingOffHours: 0}}\nroles: {{helpdesk: {{users: [{STAFF}]}}}}\n")
    house.add("chief", role="globalAdministrator")
    house.enrol("chief", app=False)
    house.add("ana")
    house.key = house.enrol("ana")
    return house


def take_back(house, code):
    return house.call("recovery.undo", account="ana", code=code)


def test_feature_F4_every_mail_of_a_new_password_takes_it_back(house):
    """Every mail that tells of a new password has a code that takes it back (`ssprclient not-me`): methods are out of use, whatever was
    under way is void, the password from before is in force again where the daemon holds it, global administrators are told.
    """
    _, grant = proven(house)
    reset(house, grant)
    code = house.code("passwordReset", "ana@example.org")
    house.later(2 * MINUTE)
    running = house.begin("ana")
    mailed = house.mailed(running)
    registration = house.call("registration.prove", account="ana", password=NEW_PASSWORD)["handle"]
    house.client("not-me", code if isinstance(code, str) else written(code), "--account", "ana")
    house.call("signin.authenticate", account="ana", password=PASSWORD)
    assert house.refusal("signin.authenticate", account="ana", password=NEW_PASSWORD) == "refused"
    assert house.call("accounts.explain", account="ana")["unmet"] == ["registered"], "no method is in use"
    assert house.refusal("recovery.answer", handle=running["handle"], choice=1, code=mailed) == "refused"
    assert house.refusal("registration.begin", handle=registration, kind="totp") == "refused"
    told = house.letters()
    assert ("takeoverReported", "chief@example.org") in told and ("passwordUndone", "ana@example.org") in told
    # A change is told with such a code as well.
    house.later(HOUR)
    house.call("signin.change", account="ana", current=PASSWORD, new="another sentence of its own")
    take_back(house, house.code("passwordChanged", "ana@example.org"))
    house.call("signin.authenticate", account="ana", password=PASSWORD)


def test_feature_F4_a_way_back_has_its_time_and_its_number(house):
    """undo 24 h (0 to 72), 8 at a time"""
    passwords = [PASSWORD] + [f"a sentence of its own, number {number}" for number in range(10)]
    codes = []
    for current, new in zip(passwords, passwords[1:]):
        house.call("signin.change", account="ana", current=current, new=new)
        while (job := house.deliveries()[0])["kind"] != "passwordChanged":
            pass
        codes.append(job.get("code"))
    assert [code is not None for code in codes] == [True] * 8 + [False] * 2
    house.later(24 * HOUR - 60)
    take_back(house, codes[7])
    house.call("signin.authenticate", account="ana", password=passwords[7])
    house.later(120)
    assert house.refusal("recovery.undo", account="ana", code=codes[6]) == "refused"
    check_range(house, "recovery.undoHours", 24, 0, 72)


def staff(house, name, **fields):
    return as_uid(STAFF, house.daemon.socket, [(name, fields)])[0]


def verified(house):
    """The help desk asks for a code that the caller reads out."""
    begun = staff(house, "helpdesk.verify", account="ana")[1]
    staff(house, "recovery.send", handle=begun["handle"], choice=1)
    return staff(house, "recovery.answer", handle=begun["handle"], choice=1, code=house.code("helpDeskCode"))[1]["grant"]


@needs_root
def test_feature_F4_the_help_desk_makes_sure_and_no_more(house):
    """The help desk (a role of peers) makes sure who is calling, by a code to or a number asked for by what the account has registered
    (`ssprclient helpdesk verify`), before it issues a temporary pass; it never chooses a password, and lets no administrator in.

    a verified caller 15 min, one pass
    """
    assert staff(house, "accounts.pass", account="ana") == ("failure", "unverified")
    grant = verified(house)
    for call in ("recovery.reset", "signin.change", "accounts.add"):
        fields = {"recovery.reset": {"account": "ana", "grant": grant, "password": NEW_PASSWORD},
                  "signin.change": {"account": "ana", "current": PASSWORD, "new": NEW_PASSWORD},
                  "accounts.add": {"account": "eve", "password": NEW_PASSWORD}}[call]
        assert staff(house, call, **fields)[0] == "failure", call
    assert staff(house, "accounts.pass", account="ana")[0] == "reply"
    assert staff(house, "accounts.pass", account="ana") == ("failure", "unverified"), "one pass"
    house.later(HOUR)
    verified(house)
    house.later(15 * MINUTE - 20)
    assert staff(house, "accounts.pass", account="ana")[0] == "reply"
    house.later(HOUR)
    verified(house)
    house.later(15 * MINUTE + 20)
    assert staff(house, "accounts.pass", account="ana") == ("failure", "unverified"), "a quarter of an hour"
    assert staff(house, "accounts.pass", account="chief") == ("failure", "refused"), "no administrator"
