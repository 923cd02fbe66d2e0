"""Feature F11: every throttle lets its number through, and not one more; its time later it counts anew."""

import pytest
import throttled
from harness import NEW_PASSWORD, PASSWORD
from house import start  # noqa: F401  (a fixture)
from throttled import CONFIGURATION, HOUR, ask_for_code, guess, imported, person, questions, sent


def test_feature_F11_wrong_proofs_of_an_account(start):
    """5 wrong proofs of an account in 24 h"""
    house = start(CONFIGURATION)
    key = person(house, "ana")
    begun = house.begin("ana")
    assert [guess(house, begun, key) for _ in range(4)] == ["refused"] * 4
    house.later(24 * HOUR + 30)
    begun = house.begin("ana")
    assert [guess(house, begun, key) for _ in range(5)] == ["refused"] * 5, "those of yesterday are forgotten"
    right = {"handle": begun["handle"], "choice": house.choice(begun, "totp"), "code": house.app_code(key)}
    assert house.refusal("recovery.answer", **right) == "throttled"
    assert house.refusal("recovery.begin", account="ana", purpose="reset") == "throttled"
    house.later(24 * HOUR - 30)
    assert house.refusal("recovery.begin", account="ana", purpose="reset") == "throttled"
    house.later(60)
    begun = house.begin("ana")
    house.call("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "totp"), code=house.app_code(key))


@pytest.mark.parametrize("tries", [4, 5])
def test_feature_F11_tries_of_a_code(start, folder, tries):
    """5 tries of a code"""
    house = start(CONFIGURATION + "throttles: {wrongProofs: {limit: 10}}\n")
    person(house, "ana")
    begun = house.begin("ana")
    code = house.mailed(begun)
    answer = {"handle": begun["handle"], "choice": house.choice(begun, "email")}
    for number in range(1, tries + 1):
        assert house.refusal("recovery.answer", **answer, code=f"{(int(code) + number) % 10**8:08d}") == "refused"
    if tries < 5:
        assert house.call("recovery.answer", **answer, code=code)["proofsMissing"] == 1
    else:
        assert house.refusal("recovery.answer", **answer, code=code) == "refused"
    assert throttled.code_tries(house, folder) == 5, "also where it is to register"


def test_feature_F11_failures_of_a_method(start, folder):
    """10 failures of a method in a row"""
    house = start(CONFIGURATION)
    key = person(house, "bo")
    for number in range(12):
        house.later(25 * HOUR)
        begun = house.begin("bo")
        assert guess(house, begun, key) == "refused"
        if number == 8:
            house.call("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "totp"), code=house.app_code(key))
            proven = house.call(
                "recovery.answer", handle=begun["handle"], choice=house.choice(begun, "email"), code=house.mailed(begun))
            house.call("recovery.reset", account="bo", grant=proven["grant"], password=NEW_PASSWORD)
    assert not any(method["isDisabled"] for method in house.call("registration.describe", account="bo")["methods"]), "not in a row"
    house.letters()
    assert throttled.method_failures(house, folder) == 10
    assert ("methodDisabled", "ana@example.org") in house.letters()


def test_feature_F11_code_messages_to_an_account(start, folder):
    """5 code messages to an account in 1 h"""
    house = start(CONFIGURATION)
    assert throttled.code_messages(house, folder) == 5
    # The hour began with the first of them, 12 pauses of 61 s ago.
    house.later(HOUR - 12 * 61 - 30)
    ask_for_code(house, house.begin("ana"))
    assert sent(house, account="ana") == 5
    house.later(60)
    ask_for_code(house, house.begin("ana"))
    assert sent(house, account="ana") == 6


def test_feature_F11_notices_to_an_account(start, folder):
    """20 notices to an account in 1 h"""
    house = start(CONFIGURATION)
    assert throttled.notices(house, folder) == 20
    house.later(HOUR - 60)
    assert house.call("accounts.remind", account="ana")["messages"] == 0
    house.later(120)
    assert house.call("accounts.remind", account="ana")["messages"] == 1


def test_feature_F11_code_messages_to_a_destination(start, folder):
    """20 code messages to a destination in 1 h

    A spent budget (of a destination, of the texts or calls of a day) is told in the trail once, and no reply changes.
    """
    house = start(CONFIGURATION)
    assert throttled.destination(house, folder) == 20
    assert len(house.events("budget.spent")) == 1
    house.later(2 * HOUR)
    ask_for_code(house, house.begin("n0"))
    assert sent(house) == 21 and len(house.events("budget.spent")) == 1


@pytest.mark.parametrize("channel, limit", [("sms", 1000), ("voice", 200)])
def test_feature_F11_texts_and_calls_of_a_day(start, folder, channel, limit):
    """1000 texts and 200 calls of a day

    A spent budget (of a destination, of the texts or calls of a day) is told in the trail once, and no reply changes.
    """
    house = start(CONFIGURATION)
    phones = imported(house, folder, limit // 5 + 2)
    begun = {}
    for number, name in enumerate(phones):
        begun[name] = house.begin(name)
        if number % 30 == 29:
            # One uid may begin no more in a minute, which is counted in the daemon's memory.
            house.daemon.stop()
            house.daemon.start()

    def texted(name):
        return ask_for_code(house, begun[name], "mobilePhone", contact=phones[name], channel=channel)
    *most, last, late = phones
    replies = []
    for round_number in range(5):
        replies += [texted(name) for name in most]
        if round_number < 4:
            house.later(61)
    assert sent(house, channel) == limit and house.events("budget.spent") == []
    replies += [texted(last), texted(late)]
    assert sent(house, channel) == limit and len(house.events("budget.spent")) == 1
    assert all(reply == replies[0] for reply in replies)
    house.later(25 * HOUR)
    begun[late] = house.begin(late)
    texted(late)
    assert sent(house, channel) == limit + 1


def test_feature_F11_questions_to_devices(start, folder):
    """3 questions to an account's devices in 10 min"""
    house = start(CONFIGURATION)
    person(house, "bo")
    device = throttled.paired(house, "bo")
    for _ in range(3):
        throttled.prompt(house, "bo")
    first = {question["id"] for question in questions(house, device)}
    assert len(first) == 3
    house.later(270)
    throttled.prompt(house, "bo")
    assert {question["id"] for question in questions(house, device)} == first
    house.later(331)
    throttled.prompt(house, "bo")
    assert len({question["id"] for question in questions(house, device)} - first) == 1
    assert throttled.prompts(house, folder) == 3


def test_feature_F11_wrong_passwords_of_an_account(start, folder):
    """10 wrong passwords of an account in a row"""
    house = start(CONFIGURATION)
    house.add("bo")
    for number in range(9):
        assert house.refusal("signin.authenticate", account="bo", password=f"wrong sentence {number}") == "refused"
    assert house.call("signin.authenticate", account="bo", password=PASSWORD) == {}
    for number in range(9):
        assert house.refusal("signin.authenticate", account="bo", password=f"wrong sentence {number}") == "refused"
    assert house.call("signin.authenticate", account="bo", password=PASSWORD) == {}, "not in a row"
    assert throttled.wrong_passwords(house, folder) == 10
    assert house.refusal("signin.authenticate", account="ana", password=PASSWORD) == "throttled"
    house.later(61)
    assert house.call("signin.authenticate", account="ana", password=PASSWORD) == {}


def test_feature_F11_refused_passwords_of_a_recovery(start, folder):
    """5 refused passwords of a recovery, one more ends it"""
    house = start(CONFIGURATION)
    grant = throttled.granted(house, "bo")
    told = {house.refusal("recovery.reset", account="bo", grant=grant, password="short") for _ in range(5)}
    assert len(told) == 1 and "refused" not in told
    assert house.events("recovery.failed") == []
    house.call("recovery.reset", account="bo", grant=grant, password=NEW_PASSWORD)
    house.call("signin.authenticate", account="bo", password=NEW_PASSWORD)
    assert throttled.refused_passwords(house, folder) == 5
    assert [event["account"] for event in house.events("recovery.failed")] == ["ana"]
