"""Feature F2: the methods, what each of them proves, and which of them are on."""

import pytest
import sspr
from enrolment import Home
from harness import NEW_PASSWORD, QUESTIONS

MOBILE, SECOND, OFFICE = "+4915112345678", "+4915112345679", "+493012345678;ext=42"
ALL = "phones: true\ndevices: true\nquestions: true\nrecovery: {coolingOffHours: 0}\n"


@pytest.fixture
def start(folder):
    homes = []

    def start(configuration=ALL):
        homes.append(Home(folder, configuration))
        return homes[-1]
    yield start
    for home in homes:
        home.daemon.stop()


def test_feature_F2_an_address_and_an_app(start):
    """Methods. Email (possession of a mailbox) and authenticator app (possession)."""
    home = start("")
    home.world.add("alice")
    key = home.world.enrol("alice")
    assert home.missing() == 0
    begun = home.world.begin("alice")
    assert {method["kind"] for method in begun["methods"]} == {"email", "totp"}
    # What only the mailbox has, and what only the app shows.
    home.send(begun, "email")
    job = home.world.deliveries()[-1]
    while job["kind"] != "recoveryCode":
        job, = home.world.deliveries()
    assert job["contact"] == "alice@example.org"
    assert home.answer(begun, "email", code=f"{(int(job['code']) + 1) % 100_000_000:08}") == "refused"
    assert home.answer(begun, "email", code=job["code"])["proofsMissing"] == 1
    assert home.answer(begun, "totp", code=f"{(int(home.app_code(key)) + 1) % 1_000_000:06}") == "refused"
    grant = home.answer(begun, "totp", code=home.app_code(key))["grant"]
    home.call("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
    home.call("signin.authenticate", account="alice", password=NEW_PASSWORD)


def test_feature_F2_phones_are_off_by_default(start):
    """Mobile phone by text message or call and office phone by call (possession of a line; off by default, since a courier must have a
    route to phones; the whole number is typed before a code is sent)."""
    home = start("")
    home.world.add("alice")
    for kind, contact in [("mobilePhone", MOBILE), ("officePhone", OFFICE)]:
        assert home.register(kind, contact=contact) == "notFound"
    assert not {"mobilePhone", "officePhone"} & set(home.call("registration.describe", account="alice")["available"])


def test_feature_F2_phones_are_sent_a_code_when_the_whole_number_is_typed(start):
    """Mobile phone by text message or call and office phone by call (possession of a line; off by default, since a courier must have a
    route to phones; the whole number is typed before a code is sent)."""
    home = start()
    home.world.add("alice")
    home.world.enrol("alice")
    home.register("mobilePhone", contact=MOBILE, channel="sms")
    home.register("officePhone", contact=OFFICE)
    while home.waits():
        home.world.deliveries()
    offers = {method["kind"]: method["channels"] for method in home.world.begin("alice")["methods"]}
    assert (offers["mobilePhone"], offers["officePhone"]) == (["sms", "voice"], ["voice"])
    typed = OFFICE.partition(";")[0]
    for kind, right, channels in [("mobilePhone", MOBILE, ["sms", "voice"]), ("officePhone", typed, ["voice"])]:
        for channel in channels:
            home.pass_seconds(3601)
            begun = home.world.begin("alice")
            choice = {"handle": begun["handle"], "choice": home.world.choice(begun, kind), "channel": channel}
            assert home.refusal("recovery.send", **choice) == "malformed", "the number is needed"
            for wrong in (right[:-1] + "0", SECOND):
                other = home.world.begin("alice")
                home.call("recovery.send", handle=other["handle"], choice=choice["choice"], channel=channel, contact=wrong)
            assert home.waits() == 0, "nothing is sent for another number"
            home.call("recovery.send", **choice, contact=right)
            job, = home.world.deliveries()
            assert (job["kind"], job["channel"], job["contact"].partition(";")[0]) == ("recoveryCode", channel, right)
            assert home.answer(begun, kind, code=job["code"])["proofsMissing"] == 1
    # An office phone gets no text message.
    begun = home.world.begin("alice")
    assert home.refusal("recovery.send", handle=begun["handle"], choice=home.world.choice(begun, "officePhone"), channel="sms",
                        contact=typed) == "malformed"


def test_feature_F2_both_phones_are_one_proof(start):
    """Two proofs must be of different classes: both phones are one."""
    home = start("phones: true\nrecovery: {coolingOffHours: 0, confirmPhones: false}\n")
    home.world.add("alice")
    home.register("mobilePhone", contact=MOBILE)
    home.register("officePhone", contact=OFFICE)
    assert home.missing() == 1 and home.call("accounts.explain", account="alice")["unmet"] == ["registered"]
    home.world.enrol("alice", app=False)
    home.register("email", contact="alice.second@example.org")
    assert home.missing() == 0
    while home.waits():
        home.world.deliveries()
    # Neither the other phone nor, after an address, the other address counts any more.
    home.pass_seconds(3601)
    for kind, others in [("mobilePhone", {"mobilePhone", "officePhone"}), ("email", {"email"})]:
        begun = home.world.begin("alice")
        home.send(begun, kind)
        proven = home.answer(begun, kind, code=home.world.code("recoveryCode"))
        left = {method["kind"] for method in proven["methods"]}
        assert proven["proofsMissing"] == 1 and "grant" not in proven and left and not left & others
        other = "officePhone" if kind == "mobilePhone" else "email"
        choice = [method["choice"] for method in begun["methods"] if method["kind"] == other][-1]
        assert home.refusal("recovery.send", handle=begun["handle"], choice=choice) == "refused"


def test_feature_F2_a_device_signs_its_answer(start):
    """A paired device that is asked with a number and signs its answer (possession; off by default; never enough where one proof is)."""
    home = start()
    home.world.add("alice")
    home.world.enrol("alice", app=False)
    device, stranger = home.register("push")["device"], home.register("push")["device"]
    begun = home.world.begin("alice")
    number = home.send(begun, "push")["number"]
    question, = device.questions()
    assert "number" not in question, "it stands at the terminal only"
    with pytest.raises(sspr.Failed, match="refused"):
        device.answer(question, "approve", number, signature=stranger.sign(device.approval(question, "approve", number)))
    device.answer(question, "approve", number)
    assert home.answer(begun, "push")["proofsMissing"] == 1
    # Another number is no approval.
    begun = home.world.begin("alice")
    number = home.send(begun, "push")["number"]
    question = device.questions()[-1]
    with pytest.raises(sspr.Failed, match="refused"):
        device.answer(question, "approve", (number + 1) % 100)
    assert home.answer(begun, "push") == "refused"


def test_feature_F2_a_device_is_off_by_default_and_never_all_that_is_registered(start):
    """A paired device that is asked with a number and signs its answer (possession; off by default; never enough where one proof is)."""
    home = start("")
    home.world.add("alice")
    assert home.register("push") == "notFound"
    assert "push" not in home.call("registration.describe", account="alice")["available"]
    home.daemon.stop()
    home.daemon.configuration.write_text("devices: true\nrecovery: {proofs: 1, coolingOffHours: 0}\n")
    home.daemon.start()
    home.register("push")
    assert home.missing() == 1, "a device alone recovers nothing"
    home.world.enrol("alice", app=False)
    assert home.missing() == 0
    begun = home.world.begin("alice")
    assert begun["proofsNeeded"] == 1 and home.mailed(begun)["grant"], "an address alone is enough"


def test_feature_F2_an_approval_alone_is_not_the_one_proof(start):
    """A paired device that is asked with a number and signs its answer (possession; off by default; never enough where one proof is)."""
    home = start("devices: true\nrecovery: {proofs: 1, coolingOffHours: 0}\n")
    home.world.add("alice")
    home.world.enrol("alice", app=False)
    device = home.register("push")["device"]
    begun = home.world.begin("alice")
    number = home.send(begun, "push")["number"]
    device.answer(device.questions()[0], "approve", number)
    assert "grant" not in home.answer(begun, "push")


def test_feature_F2_questions_come_second(start):
    """Security questions (knowledge; a second proof only, never an administrator's, off by default)."""
    home = start("")
    home.world.add("alice")
    assert home.answer_questions(QUESTIONS) == "notFound"
    home.daemon.stop()
    home = start(ALL)
    key = home.world.enrol("alice", email=False, questions=True)
    assert home.missing() == 0 and home.offered() == {"totp"}
    begun = home.world.begin("alice")
    hidden = len(begun["methods"]) + 1
    assert home.refusal("recovery.send", handle=begun["handle"], choice=hidden) == "refused", "not before another proof"
    proven = home.answer(begun, "totp", code=home.app_code(key))
    choice, = [method["choice"] for method in proven["methods"] if method["kind"] == "questions"]
    asked = home.call("recovery.send", handle=begun["handle"], choice=choice)["questions"]
    given = [{"question": question["number"], "answer": QUESTIONS[question["number"]]} for question in asked]
    assert home.call("recovery.answer", handle=begun["handle"], choice=choice, answers=given)["grant"]
    for name, role in [("carla", "administrator"), ("chief", "globalAdministrator")]:
        home.world.add(name, role=role)
        assert home.answer_questions(QUESTIONS, name) == "notFound"
        assert "questions" not in home.call("registration.describe", account=name)["available"]


def test_feature_F2_codes_on_paper_and_passes(start):
    """Besides these: recovery codes (ten on paper, each once), a temporary pass of the help desk (off by default; offered to everybody
    where it is in use)."""
    home = start("recovery: {coolingOffHours: 0}\n")
    home.world.add("alice")
    home.world.enrol("alice", app=False)
    codes = home.register("recoveryCodes")["codes"]
    assert len(set(codes)) == 10
    for number, code in enumerate(codes):
        begun = home.world.begin("alice")
        if number in (1, 9):
            assert home.answer(begun, "recoveryCodes", code=codes[0]) == "refused", "once"
        assert home.answer(begun, "recoveryCodes", code=code)["proofsMissing"] == 1, "each of them"
    # Passes are off; where they are on, everybody is offered to use one.
    assert home.refusal("accounts.pass", account="alice", isVouchedFor=True) == "notFound"
    assert "temporaryPass" not in home.offered() | home.offered("nobody-here")
    home.daemon.stop()
    home = start("temporaryPass: true\nrecovery: {coolingOffHours: 0}\n")
    home.world.add("bob")
    home.world.enrol("bob")
    for name in ("alice", "bob", "nobody-here"):
        assert "temporaryPass" in home.offered(name)
    issued = home.call("accounts.pass", account="bob", isVouchedFor=True)["pass"]
    begun = home.world.begin("bob")
    assert home.answer(begun, "temporaryPass", code=issued)["proofsMissing"] == 1
    begun = home.world.begin("alice")
    assert home.answer(begun, "temporaryPass", code=issued) == "refused", "it is bob's"
