"""Feature F11: the numbers of the throttles are the policy's, those of the server are constant, and strangers are counted too."""

import json
import re
import subprocess
import sys
import time

import pytest
import throttled
from harness import PASSWORD, ROOT, as_uid, needs_root, program
from house import check_range, start  # noqa: F401  (a fixture)
from throttled import CONFIGURATION, HOUR, ask_for_code, guess, person, sent

# What is counted, and the least and the greatest limit; each with what tries how many are let through.
LIMITS = {
    "throttles.wrongProofs.limit": (5, 3, 10, throttled.wrong_proofs),
    "throttles.codeTries.limit": (5, 3, 10, throttled.code_tries),
    "throttles.methodFailures.limit": (10, 5, 20, throttled.method_failures),
    "throttles.codeMessages.limit": (5, 3, 10, throttled.code_messages),
    "throttles.notices.limit": (20, 10, 60, throttled.notices),
    "throttles.destination.limit": (20, 5, 60, throttled.destination),
    "throttles.prompts.limit": (3, 1, 5, throttled.prompts),
    "throttles.signIn.limit": (10, 5, 20, throttled.wrong_passwords),
    "throttles.refusedPasswords.limit": (5, 1, 10, throttled.refused_passwords),
}
BUDGETS = {"budgets.textsPerDay": (1000, 0, 1_000_000, throttled.texts), "budgets.callsPerDay": (200, 0, 1_000_000, throttled.calls)}
TIMES = {
    "throttles.wrongProofs.windowHours": (24, 12, 72),
    "throttles.codeMessages.windowMinutes": (60, 30, 1440),
    "throttles.codeMessages.resendSeconds": (60, 30, 600),
    "throttles.notices.windowMinutes": (60, 30, 1440),
    "throttles.destination.windowMinutes": (60, 30, 1440),
    "throttles.prompts.windowMinutes": (10, 5, 60),
    "throttles.prompts.pauseMinutes": (60, 30, 1440),
    "throttles.signIn.lockSeconds": (60, 30, 900),
    "throttles.signIn.longestLockMinutes": (60, 15, 1440),
}
NUMBERS = {field: numbers[:3] for field, numbers in {**LIMITS, **BUDGETS, **TIMES}.items()}


def apply(house, values, *words):
    """Puts a document with these fields into force."""
    document = {}
    for field, value in values.items():
        place = document
        *parents, last = field.split(".")
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    house.client("policy", "apply", "-", "--reason", "a test", *words, text=json.dumps(document))


def test_feature_F11_the_page_is_printed_from_the_table(folder):
    """Throttles (throttles.md, printed from one table)."""
    subprocess.run([program("ssprd"), "spec", "print", "--directory", str(folder)], check=True, timeout=60)
    page = (ROOT / "spec/throttles.md").read_text()
    assert (folder / "throttles.md").read_text() == page
    # What the table says of a field is what the policy says of it.
    for field, (default, low, high) in NUMBERS.items():
        row = next(line for line in page.splitlines() if f"`{field}`" in line)
        assert f"**{default}** ({low} to {high})" in row, field
    assert set(re.findall(r"`((?:throttles|budgets)\.[\w.]+)`", page)) == set(NUMBERS)


def test_feature_F11_every_number_has_a_range(start):
    """Every number that a policy can change is a field with a range that takes no guard away, and holds from the commit that brings it
    into force.
    """
    house = start(CONFIGURATION)
    shown = {setting["field"] for setting in house.call("policy.show")["settings"]}
    assert {field for field in shown if field.startswith(("throttles.", "budgets."))} == set(NUMBERS)
    for field, (default, low, high) in NUMBERS.items():
        check_range(house, field, default, low, high)
    for document in ("throttles: {wrongProofs: null}", "throttles: {wrongProofs: false}", "throttles: none"):
        house.client("policy", "plan", "-", text=document, status=65)


@pytest.mark.parametrize("field, limit", [
    *((field, limit) for field, numbers in LIMITS.items() for limit in numbers[1:3]),
    *((field, limit) for field in BUDGETS for limit in (0, 4))])
def test_feature_F11_a_number_holds_from_its_commit(start, folder, field, limit):
    """Every number that a policy can change is a field with a range that takes no guard away, and holds from the commit that brings it
    into force.
    """
    house = start(CONFIGURATION)
    values = {field: limit}
    if field.startswith("throttles.destination"):
        values["throttles.codeMessages.limit"] = 10
    apply(house, values)
    count = {**LIMITS, **BUDGETS}[field][3]
    assert count(house, folder) == limit


def test_feature_F11_a_number_holds_for_what_is_counted_already(start):
    """Every number that a policy can change is a field with a range that takes no guard away, and holds from the commit that brings it
    into force.
    """
    house = start(CONFIGURATION)
    keys = {name: person(house, name) for name in ("ana", "bo")}
    house.add("cy")
    begun = {name: house.begin(name) for name in keys}
    for name, key in keys.items():
        assert [guess(house, begun[name], key) for _ in range(3)] == ["refused"] * 3
    for number in range(4):
        assert house.refusal("signin.authenticate", account="cy", password=f"wrong sentence {number}") == "refused"
    apply(house, {"throttles.wrongProofs.limit": 4, "throttles.signIn.limit": 5})
    assert [guess(house, begun["ana"], keys["ana"]) for _ in range(2)] == ["refused", "throttled"]
    assert house.refusal("signin.authenticate", account="cy", password="another wrong sentence") == "refused"
    assert house.refusal("signin.authenticate", account="cy", password=PASSWORD) == "throttled"
    apply(house, {"throttles.wrongProofs.limit": 6})
    assert [guess(house, begun["bo"], keys["bo"]) for _ in range(4)] == ["refused"] * 3 + ["throttled"]


def test_feature_F11_no_wait_is_made_shorter(start, folder):
    """A wait that has begun is not made shorter."""
    house = start(CONFIGURATION + "throttles: {signIn: {lockSeconds: 900}}\n")
    keys = {name: person(house, name) for name in ("ana", "bo", "cy")}
    blocked, other = house.begin("ana"), house.begin("bo")
    for _ in range(5):
        guess(house, blocked, keys["ana"])
    for number in range(10):
        house.refusal("signin.authenticate", account="ana", password=f"wrong sentence {number}")
    for _ in range(6):
        ask_for_code(house, other)
        house.later(61)
    while house.call("accounts.remind", account="cy")["messages"]:
        pass
    codes_began, notices_began = 6 * 61, 0
    apply(house, {
        "throttles.wrongProofs.limit": 10, "throttles.wrongProofs.windowHours": 12, "throttles.signIn.limit": 20,
        "throttles.signIn.lockSeconds": 30, "throttles.signIn.longestLockMinutes": 15, "throttles.codeMessages.limit": 10,
        "throttles.codeMessages.windowMinutes": 30, "throttles.notices.limit": 60, "throttles.notices.windowMinutes": 30})

    def state():
        """What each of the four may do again."""
        before = sent(house, account="bo")
        ask_for_code(house, house.begin("bo"))
        with house.daemon.connect() as peer:
            peer.start("signin.authenticate", account="ana", password=PASSWORD)
            signs_in = peer.receive_frame()[0] == 2
        with house.daemon.connect() as peer:
            peer.start("recovery.begin", account="ana", purpose="reset")
            recovers = peer.receive_frame()[0] == 2
        return signs_in, sent(house, account="bo") > before, house.call("accounts.remind", account="cy")["messages"] > 0, recovers
    began = house.ahead
    house.turn(began - codes_began + 880)
    assert state() == (False, False, False, False)
    house.turn(began - codes_began + 920)
    assert state() == (True, False, False, False)
    house.turn(began - codes_began + HOUR - 30)
    assert state() == (True, False, False, False)
    house.turn(began - codes_began + HOUR + 30)
    assert state() == (True, True, False, False)
    house.turn(began - notices_began + HOUR + 30)
    assert state() == (True, True, True, False)
    house.turn(began - codes_began + 24 * HOUR - 30)
    assert state()[3] is False
    house.turn(began - codes_began + 24 * HOUR + 30)
    assert state()[3] is True


# Opens connections and says of each whether it was served; a frame of service.ping.
CONNECT = """
import socket, sys
held, served = [], []
for _ in range(int(sys.argv[2])):
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(20)
    held.append(peer)
    try:
        peer.connect(sys.argv[1])
        peer.sendall(b"\\0\\0\\0\\1\\1\\1\\0\\2\\0\\0\\0\\1\\xa0")
        served.append(len(peer.recv(64)) > 0)
    except OSError:
        served.append(False)
print(served)
"""


def served(house, count, **user):
    ended = subprocess.run([sys.executable, "-c", CONNECT, str(house.daemon.socket), str(count)], capture_output=True, text=True,
                           timeout=120, check=True, **user)
    return [word == "True" for word in ended.stdout.strip("[]\n").split(", ")]


def let_through(house, uid, call, fields, count):
    """Makes a call so often as a uid, and says how many were answered before one was too many."""
    return as_uid(uid, house.daemon.socket, [(call, fields)] * count).index(("failure", "busy"))


@needs_root
def test_feature_F11_what_is_the_servers_is_constant(start):
    """Begun recoveries and connections of a uid, and calls of a uid without a role that leave events, are the server's to limit, and
    constant.

    30 begun recoveries of a uid in 1 min

    64 connections of a uid (agents, administrators and root have more)

    120 calls of a uid without a role in 1 min
    """
    house = start(CONFIGURATION)
    house.add("ana", uid=1000)
    house.add("bo", uid=1001)
    for document in ("throttles: {connections: {limit: 9}}", "throttles: {begunRecoveries: {limit: 9}}", "throttles: {calls: {limit: 9}}"):
        house.client("policy", "plan", "-", text=document, status=65)
    loosest = {field: high for field, (_, _, high) in NUMBERS.items()}
    for round_number, (uid, name) in enumerate(((1000, "ana"), (1001, "bo"))):
        if round_number:
            apply(house, loosest)
        began = time.monotonic()
        begun = let_through(house, uid, "recovery.begin", {"account": name, "purpose": "reset"}, 60)
        # What comes back in the meantime is 30 or 120 a minute.
        assert 30 <= begun <= 30 + (time.monotonic() - began) * 0.5
        spend = {"account": name, "grant": bytes(32), "password": "a quite long sentence"}
        others = let_through(house, uid, "recovery.reset", spend, 400)
        assert 120 <= begun + others <= 120 + (time.monotonic() - began) * 2, "both leave events"
        assert served(house, 65, user=uid, group=uid, extra_groups=[]) == [True] * 64 + [False]
    assert served(house, 100) == [True] * 100, "root"


def test_feature_F11_unknown_names_are_counted_too(start):
    """Unknown names have counters too."""
    house = start(CONFIGURATION)
    begun = house.begin("nobody-here")
    choice = begun["methods"][0]["choice"]
    for _ in range(6):
        house.call("recovery.send", handle=begun["handle"], choice=choice)
        house.later(61)
    assert [event["outcome"] for event in house.events("proof.requested")] == ["succeeded"] * 5 + ["throttled"]
    answer = {"handle": begun["handle"], "choice": choice, "code": "00000000"}
    assert [house.refusal("recovery.answer", **answer) for _ in range(6)] == ["refused"] * 5 + ["throttled"]
    assert house.refusal("recovery.begin", account="nobody-here", purpose="reset") == "throttled"
    house.begin("nobody-else")
    tried = [house.refusal("signin.authenticate", account="nobody-here", password=f"wrong sentence {number}") for number in range(11)]
    assert tried == ["refused"] * 10 + ["throttled"]
    assert house.refusal("signin.authenticate", account="nobody-else", password="wrong sentence 0") == "refused"
    house.later(61)
    assert house.refusal("signin.authenticate", account="nobody-here", password="wrong sentence 77") == "refused"
    assert house.refusal("recovery.begin", account="nobody-here", purpose="reset") == "throttled"
    house.later(24 * HOUR)
    assert house.begin("nobody-here")["methods"]
