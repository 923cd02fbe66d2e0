"""Every call that names an account, by every role, about the peer's own account and about somebody else's (attacks A9, D13)."""

import contextlib
import json
import os
import pathlib

import pytest
import sspr
from harness import PASSWORD, Daemon, World, as_uid, needs_root

ROLES = ("administrator", "auditor", "helper", "helpdesk", "courier", "writeback", "person")
FIRST_UID = 2000
# Right for both accounts where that can be: what is refused is then refused for who asks.
SAMPLES = {"password": PASSWORD, "current": PASSWORD, "new": "a wholly different sentence", "purpose": "reset", "isEnabled": True,
           "grant": bytes(32), "code": "1" * 28, "after": 0, "plan": "default"}
# Of what may be left out, what these calls need all the same.
NEEDED = {"accounts.add": ["password"], "registration.prove": ["password"]}


@pytest.fixture
def world(folder):
    # This process brings the accounts in, and holds no other role.
    users = {role: [FIRST_UID + number] for number, role in enumerate(ROLES[:-1])}
    users["administrator"].append(os.geteuid())
    lines = "".join(f"  {role}: {{users: {uids}}}\n" for role, uids in users.items())
    daemon = Daemon(folder, f"temporaryPass: true\nroles:\n{lines}").start()
    yield World(daemon)
    daemon.stop()


def about_accounts():
    """{call: the fields that it needs, the account apart} of every call that names one account."""
    found = {}
    for name, call in sspr.CALLS.items():
        fields = call["request"]["fields"]
        if any(field["name"] == "account" for field in fields):
            found[name] = NEEDED.get(name, []) + [f["name"] for f in fields if not f["optional"] and f["name"] != "account"]
    return found


@needs_root
def test_attack_A9_every_call_by_every_role_about_whose_account_is_in_the_golden_file(world):
    """Guard: one table says by which role a call is made; Dispatcher asks whether a person's call is about the account of their uid."""
    calls = about_accounts()
    assert len(calls) > 20 and set().union(*calls.values()) <= SAMPLES.keys()
    matrix = {}
    for number, role in enumerate(ROLES):
        for call, needed in calls.items():
            outcomes = []
            for whose in ("mine", "theirs"):
                # What a call has done to the last pair is over: each has two of its own.
                for name, fields in (("mine", {"uid": FIRST_UID + number}), ("theirs", {})):
                    with contextlib.suppress(sspr.Failed):
                        world.call("accounts.remove", account=name)
                    world.add(name, **fields)
                made = {**{field: SAMPLES[field] for field in needed}, "account": whose}
                kind, told = as_uid(FIRST_UID + number, world.daemon.socket, [(call, made)])[0]
                outcomes.append("reply" if kind == "reply" else told)
            matrix.setdefault(call, {})[role] = "own: {}, other: {}".format(*outcomes)
    golden = pathlib.Path(__file__).with_name("accounts.golden.json")
    assert matrix == json.loads(golden.read_text()), json.dumps(matrix, indent=1, sort_keys=True)
