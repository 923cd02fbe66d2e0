"""Feature F2: the numbers of codes, registered methods, devices and telephones."""

import pytest
import sspr
from enrolment import Home

MINUTE = 60


@pytest.fixture
def start(folder):
    homes = []

    def start(configuration=""):
        homes.append(Home(folder, f"{configuration}recovery: {{coolingOffHours: 0}}\n"))
        return homes[-1]
    yield start
    for home in homes:
        home.daemon.stop()


def test_feature_F2_codes_live_ten_minutes(start):
    """codes of 8 digits live 10 min"""
    home = start()
    home.world.add("alice")
    home.world.enrol("alice")
    for waited, right in [(10 * MINUTE - 5, True), (10 * MINUTE + 1, False)]:
        home.pass_seconds(3601)
        # A recovery lives longer: what is over after ten minutes is the code.
        begun = home.world.begin("alice")
        code = home.world.mailed(begun)
        assert len(code) == 8 and code.isdigit()
        home.pass_seconds(waited)
        found = home.answer(begun, "email", code=code)
        assert (found != "refused") == right, waited
    # The code that confirms an address as well; a registration does not live longer.
    home.pass_seconds(3601)
    handle = home.handle()
    begun = home.call("registration.begin", handle=handle, kind="email", contact="second@example.org")
    code = home.world.code("confirmationCode")
    assert len(code) == 8 and code.isdigit()
    home.pass_seconds(10 * MINUTE + 1)
    assert home.refusal("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=code) == "refused"


def test_feature_F2_codes_of_an_app(start):
    """app codes RFC 6238, 6 digits, 30 s, now and the step before"""
    home = start()
    home.world.add("alice")
    home.mid_step()
    key = home.register("totp")["key"]
    home.world.enrol("alice", app=False)
    home.pass_seconds(300)
    home.mid_step()

    def gives(offset):
        code = home.app_code(key, offset)
        assert len(code) == 6
        begun = home.world.begin("alice")
        found = home.answer(begun, "totp", code=code)
        return found if found == "refused" else found["proofsMissing"]

    assert [gives(offset) for offset in (-2, 1)] == ["refused"] * 2
    assert [gives(offset) for offset in (-1, 0)] == [1, 1], "the step before, and now"
    assert [gives(offset) for offset in (-1, 0)] == ["refused"] * 2, "each once"
    home.pass_seconds(30)
    assert gives(0) == 1, "the next step, thirty seconds later"
    home.pass_seconds(60)
    assert gives(-1) == 1


def test_feature_F2_how_many_of_each(start):
    """2 addresses, 5 apps, 2 mobile phones, 1 office phone, 5 devices"""
    home = start("phones: true\ndevices: true\nthrottles: {codeMessages: {limit: 10}}\n")
    home.world.add("alice")
    contacts = {"email": ["one@example.org", "two@example.org", "three@example.org"],
                "mobilePhone": ["+4915112345678", "+4915112345679", "+4915112345670"],
                "officePhone": ["+493012345678", "+493012345679"], "totp": [None] * 6, "push": [None] * 6}
    for kind, each in contacts.items():
        found = [home.register(kind, contact=contact) for contact in each]
        assert all("method" in begun for begun in found[:-1]), (kind, found)
        assert found[-1] == "conflict", f"one {kind} more"
    registered = [method["kind"] for method in home.call("registration.describe", account="alice")["methods"]]
    assert {kind: registered.count(kind) for kind in contacts} == {
        "email": 2, "totp": 5, "mobilePhone": 2, "officePhone": 1, "push": 5}


def ask(home):
    begun = home.world.begin("alice")
    return begun, home.send(begun, "push")["number"]


def asked_devices(home):
    """How often a device was woken so far: each time that one was asked."""
    rows = home.call("agents.listDeliveries", after=0, account="alice", channel="push")["deliveries"]
    return sum(row.get("reason") not in ("noRecipient", "tooManyMessages") for row in rows)


@pytest.fixture
def paired(start):
    """alice with a device that gave a wake address."""
    home = start("devices: true\n")
    home.world.add("alice")
    home.world.enrol("alice", app=False)
    home.device = home.register("push", wake_address="7f3a-phone")["device"]
    return home


def test_feature_F2_a_question_to_a_device_lives_five_minutes(paired):
    """a question to a device lives 5 min, 3 in 10 min, none for 1 h after a denial, and wakes it where it gave a wake address"""
    home, device = paired, paired.device
    for waited, right in [(5 * MINUTE - 5, True), (5 * MINUTE + 1, False)]:
        home.pass_seconds(3601)
        begun, number = ask(home)
        question, = device.questions()
        home.pass_seconds(waited)
        if right:
            device.answer(question, "approve", number)
            assert home.answer(begun, "push")["proofsMissing"] == 1
        else:
            with pytest.raises(sspr.Failed, match="refused"):
                device.answer(question, "approve", number)
            assert home.answer(begun, "push") == "refused"


def test_feature_F2_so_many_questions_to_a_device(paired):
    """a question to a device lives 5 min, 3 in 10 min, none for 1 h after a denial, and wakes it where it gave a wake address"""
    home, device = paired, paired.device
    home.pass_seconds(3601)
    ask(home)
    assert len(device.questions()) == 1
    home.pass_seconds(400)
    ask(home)
    ask(home)
    assert len(device.questions()) == 2, "the first is over"
    ask(home)
    assert len(device.questions()) == 2, "a fourth in ten minutes is shown to nobody"
    home.pass_seconds(190)
    ask(home)
    assert len(device.questions()) == 2
    home.pass_seconds(11)
    ask(home)
    questions = device.questions()
    assert len(questions) == 3, "ten minutes after the first they may be asked again"
    # A denial: nothing for an hour, although ten minutes pass again and again.
    device.answer(questions[-1], "deny")
    before = asked_devices(home)
    assert before == 4
    for waited in (601, 2 * 601, 3590 - 3 * 601):
        home.pass_seconds(waited)
        begun, number = ask(home)
        assert 0 <= number < 100 and asked_devices(home) == before, "the terminal is told the same"
    home.pass_seconds(20)
    ask(home)
    assert asked_devices(home) == before + 1 and len(device.questions()) == 1


def test_feature_F2_a_device_is_woken_where_it_can_be(paired):
    """a question to a device lives 5 min, 3 in 10 min, none for 1 h after a denial, and wakes it where it gave a wake address"""
    home = paired
    ask(home)
    job = home.call("agents.claimDelivery", channels=["push"])["job"]
    assert (job["kind"], job["channel"], job["contact"]) == ("approvalWaiting", "push", "7f3a-phone") and "code" not in job
    home.world.add("bob")
    home.world.enrol("bob", app=False)
    device = home.register("push", account="bob")["device"]
    begun = home.world.begin("bob")
    home.send(begun, "push")
    assert len(device.questions()) == 1, "it is asked"
    rows = home.call("agents.listDeliveries", after=0, account="bob", channel="push")["deliveries"]
    assert not [row for row in rows if row["state"] == "queued"], "and not woken"


def test_feature_F2_numbers_of_telephones(start):
    """E.164 numbers of the countries and lengths that libphonenumber knows"""
    home = start("phones: true\n")

    def registers(account, kind, number):
        handle = home.handle(account)
        try:
            return "enrolment" in home.call("registration.begin", handle=handle, kind=kind, contact=number)
        except sspr.Failed as failed:
            assert failed.name == "malformed", failed
            return False

    # Countries whose codes have one, two and three digits, at the ends of the lengths that they have: 10 digits in North America, 9 to 11
    # of a mobile phone in Germany, 9 in Hungary, Ireland and Portugal.
    ones = ["+12025550123", "+4915112345678", "+36201234567", "+353850123456", "+351912345678"]
    none = ["+1202555012", "+120255501234", "+49151", "+4915112345678901234", "+3620123456789012", "+3531", "+3519123456789",
            # No country has these codes.
            "+99912345678", "+21012345678",
            # Not E.164: without a plus, with two, with blanks or a national prefix in brackets, with other digits, with letters.
            "4915112345678", "004915112345678", "++4915112345678", "+49 15112345678", "+49(0)15112345678",
            "+4915112345\u0666\u0667\u0668", "+49151CALLNOW"]
    for place, number in enumerate(ones + none):
        home.world.add(f"person{place}")
        found = registers(f"person{place}", "mobilePhone", number), registers(f"person{place}", "officePhone", number)
        assert found == ((True, True) if number in ones else (False, False)), number
