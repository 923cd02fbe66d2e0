"""Sessions of people at terminals, compared with what was recorded and read before."""

import re

import pytest

from harness import NEW_PASSWORD, PASSWORD, QUESTIONS
from place import a_place, address, app_code, key_shown, pairing_shown
from tape import Tape

WIDE, NARROW = dict(columns=80, rows=24), dict(columns=40, rows=24)
# Nothing is folded for screen readers, whose terminals are as wide as they like.
SIZES = {"80": WIDE, "40": NARROW, "accessible": dict(columns=160, rows=24)}


@pytest.fixture
def tape(request):
    return Tape(request.node.name.removeprefix("test_").replace("_", "-").replace("[", "-").replace("]", ""))


def answer_questions(person):
    person.answer("Numbers of 5 questions", " ".join(map(str, QUESTIONS)))
    for text in QUESTIONS.values():
        person.answer("(not shown):", text)
        person.answer("Again:", text)


@pytest.mark.parametrize("look", ["80", "40", "accessible"])
def test_register_wizard(place, tape, look):
    account = f"wizard{look}"
    place.world.add(account)
    more = {"SSPR_ACCESSIBLE": "1"} if look == "accessible" else {}
    with tape.record(place.person(["register", "--issuer", "Example"], account, **SIZES[look], **more), "ssprclient register") as ana:
        ana.answer("Present password", PASSWORD)
        ana.answer("Which one", "")
        ana.answer("Email address:", "not an address")
        ana.answer("Email address:", address(account))
        code = place.message("confirmationCode", address(account))
        ana.answer("Code from the mail", tape.replace("%08d" % ((int(code) + 1) % 10**8), "<wrong code>"))
        ana.answer("Code from the mail", tape.replace(code))
        ana.answer("Which one", "totp")
        key = key_shown(ana)
        ana.answer("Code that the app shows:", tape.replace(app_code(key, 1)))
        ana.answer("Add it now?", "")
        ana.answer("Which one", "questions")
        answer_questions(ana)
    tape.compare()


def test_register_wizard_resumed(place, tape):
    place.world.add("resumed")
    with tape.record(place.person(["register"], "resumed", **WIDE), "ssprclient register") as ana:
        ana.answer("Present password", PASSWORD)
        ana.answer("Which one", "email")
        ana.answer("Email address:", address("resumed"))
        ana.answer("Code from the mail", tape.replace(place.message("confirmationCode", address("resumed"))))
        ana.wait_for("Which one [1]?")
        ana.keys("\x03")
    with tape.record(place.person(["register"], "resumed", **WIDE), "ssprclient register") as ana:
        ana.answer("Present password", PASSWORD)
        ana.answer("Which one", "9")
        ana.answer("Which one", "mobilePhone")
        ana.answer("Mobile phone number:", "+49 151 2345678")
        ana.answer("By text or by call", "")
        ana.answer("Code from the message", tape.replace(place.message("confirmationCode", "+491512345678")))
        ana.answer("Add it now?", "n")
    tape.compare()


def test_register_phones(place, tape):
    place.world.add("phones")
    with tape.record(place.person(["register", "mobile", "+491512345679", "--call"], "phones"), "ssprclient register mobile +491512345679 --call") as ana:
        ana.answer("Present password", PASSWORD)
        ana.answer("Code from the message", tape.replace(place.message("confirmationCode", "+491512345679")))
    with tape.record(place.person(["register", "office", "+493012345678;ext=42"], "phones"), "ssprclient register office '+493012345678;ext=42'") as ana:
        ana.answer("Present password", PASSWORD)
        ana.answer("Code from the message", tape.replace(place.message("confirmationCode", "+493012345678;ext=42")))
    tape.compare()


def pair(place, tape, account):
    """`register device` at the terminal and `pair` at the device."""
    with tape.record(place.person(["register", "device"], account, **WIDE), "ssprclient register device") as ana:
        ana.answer("Present password", PASSWORD)
        text = pairing_shown(ana)
        with tape.record(place.device(["pair"], account), "sspr-device pair") as device:
            device.answer("Pairing text", tape.replace(text, "<pairing text>"))
            device.answer("Choose a passphrase", "short")
            device.answer("Choose a passphrase", f"a passphrase of {account}")
            device.answer("Again:", f"a passphrase of {account}")
            device.wait_for("at the terminal:")
            device.end()
            code = device.raw.split()[-1]
            tape.replace(code)
        ana.answer("Code that the device shows:", code)


def test_register_and_reset_with_a_device(place, tape):
    place.enrol("deviceowner", "email")
    pair(place, tape, "deviceowner")
    with tape.record(place.person(["reset"], "deviceowner", **WIDE), "ssprclient reset") as ana:
        ana.answer("Which one", "push")
        number = ana.wait_for("Type there: ") and shown_number(ana)
        # The number stays in sight while it is waited for.
        ana.wait_for(f"Type {number} on your device (")
        with tape.record(place.device(["approve"], "deviceowner"), "sspr-device approve") as device:
            device.answer("Passphrase of this device", "a passphrase of deviceowner")
            device.answer("Number that your terminal shows", number)
        ana.answer("Code (you can paste it", tape.replace(place.message("recoveryCode", address("deviceowner"))))
        ana.answer("New password", NEW_PASSWORD)
        ana.answer("Again:", NEW_PASSWORD)
    tape.compare()


def shown_number(person):
    while True:
        person.read(0.1)
        rest = person.raw[person.seen:]
        if len(rest.strip()) >= 2:
            return rest.strip()[:2]


def test_register_codes(place, tape):
    place.world.add("codes")
    with tape.record(place.person(["register", "codes"], "codes", columns=120), "ssprclient register codes") as ana:
        ana.answer("Present password", PASSWORD)
        ana.wait_for("One of them")
        code = re.search(r"^(?:[0-9A-Z]{4} ){6}[0-9A-Z]{4}", ana.raw, re.M).group()
        ana.keys(tape.replace(code.replace(" ", "-").lower(), "<written code>") + "\n")
    tape.compare()


@pytest.mark.parametrize("look", ["80", "40", "accessible"])
def test_reset(place, tape, look):
    account = f"reset{look}"
    key = place.enrol(account, "email", "totp")["totp"]
    more = {"SSPR_ACCESSIBLE": "1"} if look == "accessible" else {}
    with tape.record(place.person(["reset"], account, **SIZES[look], **more), "ssprclient reset") as ana:
        ana.answer("Which one", "")
        ana.answer("Code (you can paste it", "")
        code = place.message("recoveryCode", address(account))
        ana.answer("Code (you can paste it", tape.replace("%08d" % ((int(code) + 1) % 10**8), "<wrong code>"))
        ana.answer("Which one", "1")
        code = tape.replace(code)
        ana.answer("Code (you can paste it", f"{code[:4]} {code[4:]}")
        tape.replace(f"{code[:4]} {code[4:]}")
        ana.answer("Code that your app shows", tape.replace(app_code(key)))
        ana.answer("New password", "short")
        ana.answer("Again:", "short")
        ana.answer("New password", NEW_PASSWORD)
        ana.answer("Again:", NEW_PASSWORD + "!")
        ana.answer("New password", NEW_PASSWORD)
        ana.answer("Again:", NEW_PASSWORD)
    tape.compare()


def test_reset_with_questions(place, tape):
    key = place.enrol("asked", "totp", "questions")["totp"]
    known = place.world.call("registration.describe", account="asked")["questions"]
    # Three of the five are drawn.
    answers = {tape.replace(q["text"], "<question>"): QUESTIONS[q["number"]] for q in known if q["number"] in QUESTIONS}
    with tape.record(place.person(["reset", "asked", "--method", "totp,questions"], **WIDE), "ssprclient reset asked --method totp,questions") as ana:
        ana.answer("Code that your app shows", tape.replace(app_code(key)))
        for _ in range(3):
            ana.answer("(not shown):", answers[ana.wait_for(list(answers))])
        ana.answer("New password", NEW_PASSWORD)
        ana.answer("Again:", NEW_PASSWORD)
    tape.compare()


def test_reset_with_a_question_of_the_house(tape):
    """A place of its own: what one house asks would stand in the lists of everybody else's sessions."""
    with a_place() as place:
        number = place.world.call("questions.add", texts=[{"language": "en", "text": "Which badge did you wear first?"}])["number"]
        place.enrol("badge", "email")
        answers = {**dict(list(QUESTIONS.items())[:4]), number: "a brass anchor"}
        with tape.record(place.person(["register", "questions"], "badge", **WIDE), "ssprclient register questions") as ana:
            ana.answer("Present password", PASSWORD)
            ana.answer("Numbers of 5 questions", " ".join(map(str, answers)))
            for text in answers.values():
                ana.answer("(not shown):", text)
                ana.answer("Again:", text)
        known = place.world.call("registration.describe", account="badge")["questions"]
        texts = {tape.replace(q["text"], "<question>"): answers[q["number"]] for q in known if q["number"] in answers}
        with tape.record(place.person(["reset", "badge", "--method", "email,questions"], **WIDE), "ssprclient reset badge --method email,questions") as ana:
            ana.answer("Code (you can paste it", tape.replace(place.message("recoveryCode", address("badge"))))
            for _ in range(3):
                ana.answer("(not shown):", texts[ana.wait_for(list(texts))])
            ana.answer("New password", NEW_PASSWORD)
            ana.answer("Again:", NEW_PASSWORD)
        place.world.verify()
    tape.compare()


def test_register_looks_again(tape):
    with a_place() as place:
        place.enrol("aged", "email", "totp")
        place.days_pass(181)
        for look, answer in (("ssprclient status", None), ("ssprclient register", "n"), ("ssprclient register", "y"), ("ssprclient register", None)):
            with tape.record(place.person([look.split()[1]], "aged", columns=120), look) as ana:
                if look != "ssprclient status":
                    ana.answer("Present password", PASSWORD)
                if answer:
                    ana.answer("Is this still right?", answer)
                if look != "ssprclient status":
                    ana.answer("Add it now?", "n")
    tape.compare()


def test_change(place, tape):
    place.world.add("changes")
    with tape.record(place.person(["change"], "changes", **WIDE), "ssprclient change") as ana:
        ana.answer("Present password", PASSWORD)
        ana.answer("New password", PASSWORD)
        ana.answer("Again:", PASSWORD)
        ana.answer("New password", NEW_PASSWORD)
        ana.answer("Again:", NEW_PASSWORD)
    with tape.record(place.person(["change"], "changes", **WIDE), "ssprclient change") as ana:
        ana.answer("Present password", PASSWORD)
        ana.answer("New password", NEW_PASSWORD)
        ana.answer("Again:", NEW_PASSWORD)
    tape.compare()


def test_status(place, tape):
    # Wide enough for the longest numbers of methods, which differ each time.
    place.world.add("fresh")
    place.enrol("known", "email", "totp", "questions")
    for account in ("fresh", "known"):
        with tape.record(place.person(["status"], account, columns=120), "ssprclient status"):
            pass
    with tape.record(place.person(["status"], "known", SSPR_ACCESSIBLE="1", columns=120), "SSPR_ACCESSIBLE=1 ssprclient status"):
        pass
    tape.compare()


def test_refused_names(place, tape):
    with tape.record(place.person(["reset", "no such name!"], **WIDE), "ssprclient reset 'no such name!'"):
        pass
    with tape.record(place.person(["status", "nobody"], **WIDE), "ssprclient status nobody"):
        pass
    # Somebody whom nobody knows has the same conversation as everybody else; what they are offered is drawn once and for all.
    names = (f"nobody{number}" for number in range(20))
    stranger = next(name for name in names if any(m["kind"] == "totp" for m in place.world.begin(name)["methods"]))
    tape.replace(stranger, "nobody")
    with tape.record(place.person(["reset", stranger, "--method", "totp"], **WIDE), "ssprclient reset nobody --method totp") as ana:
        ana.answer("Code that your app shows", "123456")
        ana.answer("Code that your app shows", "123456")
    tape.compare()


def test_remove(place, tape):
    key = place.enrol("removes", "email", "totp")["totp"]
    method = next(m["id"] for m in place.world.call("registration.describe", account="removes")["methods"] if m["kind"] == "email")
    with tape.record(place.person(["register", "remove", tape.replace(str(method), "<id>")], "removes", **WIDE), "ssprclient register remove <id>") as ana:
        ana.answer("Present password", PASSWORD)
        ana.answer("Code of your app", tape.replace(app_code(key)))
    tape.compare()
