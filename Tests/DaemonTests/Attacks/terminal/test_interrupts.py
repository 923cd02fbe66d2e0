"""Row E11: whatever ends a program at a question, the terminal is sane afterwards, nothing was shown or left to the shell, and the daemon
is where it was.

Each flow is walked once for every prompt and every way to end there.
"""

import concurrent.futures
import signal

import pytest

from harness import NEW_PASSWORD, PASSWORD, QUESTIONS
from person import ENDINGS
from place import a_place, address, app_code, key_shown, pairing_shown
from tape import NEVER_SHOWN

HALF = "half a secret"
# The line that is drawn again and again while a device is waited for.
WAIT = "on your device ("


@pytest.fixture
def place():
    """A daemon for each flow: so many recoveries are more than one uid may begin at once."""
    with a_place() as place:
        yield place


def code_of(kind, to):
    return lambda place, account, person: place.message(kind, to(account))


# Prompts with what a person answers there, in order: a text, or what finds it.
WIZARD = [
    ("Present password", PASSWORD), ("Which one", "email"), ("Email address:", lambda place, account, person: address(account)),
    ("Code from the mail", code_of("confirmationCode", address)), ("Which one", "totp"),
    ("Code that the app shows:", lambda place, account, person: app_code(key_shown(person))), ("Add it now?", "y"),
    ("Which one", "questions"), ("Numbers of 5 questions", " ".join(map(str, QUESTIONS))), ("(not shown):", "an answer"), ("Again:", None),
]
PHONE = [("Present password", PASSWORD), ("Which one", "mobilePhone"), ("Mobile phone number:", "+491511000001"), ("By text or by call", "text"),
         ("Code from the message", None)]
DEVICE = [("Present password", PASSWORD), ("Code that the device shows:", None)]
CHANGE = [("Present password", PASSWORD), ("New password", NEW_PASSWORD), ("Again:", None)]


def reset(held):
    return [
        ("Which one", "email"), ("Code (you can paste it", code_of("recoveryCode", address)),
        ("Code that your app shows", lambda place, account, person: app_code(held["totp"])), ("New password", NEW_PASSWORD), ("Again:", None)]


def by_phone(held):
    return [("Which one", "mobilePhone"), ("The whole number", held["mobilePhone"]), ("By text or by call", "call"), ("Code (you can paste it", None)]


def by_questions(held):
    return [("Code that your app shows", lambda place, account, person: app_code(held["totp"])), ("(not shown):", None)]


def by_device(held):
    return [("Which one", "push"), (WAIT, None)]


class Case:
    """One flow up to one prompt, ended there in one way."""

    number = 0

    def __init__(self, place, flow, last, ending, words, kinds=()):
        Case.number += 1
        self.place, self.ending, self.words = place, ending, words
        self.account = f"cut{Case.number}"
        held = place.enrol(self.account, *kinds)
        self.steps = (flow(held) if callable(flow) else flow)[:last + 1]

    def run(self):
        with self.place.person(self.words, self.account) as person:
            for prompt, answer in self.steps[:-1]:
                person.wait_for(prompt)
                person.keys((answer if isinstance(answer, str) else answer(self.place, self.account, person)) + "\n")
            person.wait_for(self.steps[-1][0])
            end_there(person, self.ending, is_asked=self.steps[-1][0] != WAIT)
        return self


def end_there(person, ending, is_asked=True):
    """Ends the program, at a question in the middle of a line that was not sent, and looks at what is left."""
    is_hidden = person.is_hiding()
    if is_asked:
        person.keys(HALF)
        # Keys pass through the kernel's queue before the program can throw them away.
        person.read(0.05)
    how, status = ENDINGS[ending]
    if how is None:
        assert person.hang_up() == status
    else:
        how(person)
        assert person.end() == status, person.shown()
        person.assert_sane()
        assert "fault" not in person.raw and "Fatal" not in person.raw, person.raw
    hidden = [secret for secret in NEVER_SHOWN if secret != HALF or is_hidden]
    assert not any(secret in person.raw for secret in hidden), person.raw


def walk(place, flow, words, kinds=(), first=0):
    """Every prompt from `first` on in every way, two at a time; returns the accounts."""
    length = len(flow({"totp": "", "mobilePhone": ""}) if callable(flow) else flow)
    cases = [Case(place, flow, last, ending, words, kinds) for last in range(first, length) for ending in ENDINGS]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return [case.account for case in pool.map(Case.run, cases)], length - first


def kinds_of(place, account):
    return [method["kind"] for method in place.world.call("registration.describe", account=account)["methods"]]


@pytest.mark.parametrize("flow, words, first, kept", [
    (WIZARD, ["register"], 0, [[], [], [], [], ["email"], ["email"], *[["email", "totp"]] * 5]),
    (PHONE, ["register"], 2, [[]] * 3), (DEVICE, ["register", "device"], 1, [[]]),
], ids=["wizard", "phone", "device"])
def test_attack_E11_a_registration_that_is_cut_off_keeps_what_was_confirmed(place, flow, words, first, kept):
    """Guard: PersonTerminal restores the terminal on every way out; each method is registered by itself."""
    accounts, prompts = walk(place, flow, words, first=first)
    assert prompts == len(kept)
    found = [kinds_of(place, account) for account in accounts]
    assert found == [kinds for kinds in kept for _ in ENDINGS]


@pytest.mark.parametrize("flow, kinds, first", [
    (reset, ["email", "totp"], 0), (by_phone, ["mobilePhone", "totp"], 1), (by_questions, ["totp", "questions"], 1),
    (by_device, ["push", "email"], 1),
], ids=["codes", "phone", "questions", "device"])
def test_attack_E11_a_recovery_that_is_cut_off_is_cancelled(place, flow, kinds, first):
    """Guard: RecoveryDialogue.run cancels on every signal that it can still hear."""
    if flow is by_questions:
        words = ["reset", "--method", "totp,questions"]
    else:
        words = ["reset"]
    accounts, _ = walk(place, flow, words, kinds, first=first)
    cancelled = [event["account"] for event in place.world.events("recovery.cancelled")]
    assert set(accounts) <= set(cancelled) and len(cancelled) == len(set(cancelled))
    for account in accounts:
        place.world.call("signin.authenticate", account=account, password=PASSWORD)


def test_attack_E11_a_change_that_is_cut_off_changes_nothing(place):
    """Guard: nothing is sent before the last question is answered."""
    for account in walk(place, CHANGE, ["change"])[0]:
        place.world.call("signin.authenticate", account=account, password=PASSWORD)


def test_attack_E11_a_device_that_is_cut_off_has_sent_nothing(place):
    """Guard: sspr-device asks at the same PersonTerminal, and sends when all is answered."""
    place.enrol("paired", "email")
    prompts = [("Pairing text", None), ("Choose a passphrase", "a passphrase of paired"), ("Again:", None)]
    with place.person(["register", "device"], "paired") as terminal:
        terminal.answer("Present password", PASSWORD)
        text = pairing_shown(terminal)
        prompts[0] = ("Pairing text", text)
        for last in range(len(prompts)):
            for ending in ENDINGS:
                cut(place.device(["pair"], "paired"), prompts[:last + 1], ending)
                assert not place.device_file("paired").exists()
        # The text is as good as before.
        with place.device(["pair"], "paired") as device:
            for prompt, answer in [*prompts[:2], ("Again:", prompts[1][1])]:
                device.answer(prompt, answer)
            assert device.end() == 0
        terminal.answer("Code that the device shows:", device.raw.split()[-1])
        assert terminal.end() == 0
    asked = ask(place, "paired")
    for last in range(2):
        for ending in ENDINGS:
            steps = [("Passphrase of this device", "a passphrase of paired"), ("Number that your terminal shows", None)]
            cut(place.device(["approve"], "paired"), steps[:last + 1], ending)
    # The question still waits.
    with place.device(["approve"], "paired") as device:
        device.answer("Passphrase of this device", "a passphrase of paired")
        device.answer("Number that your terminal shows", f"{asked:02d}")
        assert device.end() == 0, device.shown()


def cut(person, steps, ending):
    with person:
        for prompt, answer in steps[:-1]:
            person.answer(prompt, answer)
        person.wait_for(steps[-1][0])
        end_there(person, ending)


def ask(place, account):
    """Has the device asked; the number to type."""
    begun = place.world.begin(account)
    return place.world.call("recovery.send", handle=begun["handle"], choice=place.world.choice(begun, "push"))["number"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_attack_E11_a_call_that_is_cut_off_leaves_no_half_line(place, ending):
    """Guard: Console.call takes the line of a wait away, and says that the outcome is not known."""
    account = f"waits{list(ENDINGS).index(ending)}"
    place.world.add(account)
    with place.person(["change"], account) as person:
        person.answer("Present password", PASSWORD)
        person.answer("New password", NEW_PASSWORD)
        person.wait_for("Again:")
        place.daemon.process.send_signal(signal.SIGSTOP)
        try:
            person.keys(NEW_PASSWORD + "\n")
            person.wait_for("Waiting for ssprd to change the password of")
            end_there(person, ending, is_asked=False)
        finally:
            place.daemon.process.send_signal(signal.SIGCONT)
        if ending == "^C":
            assert "ssprd may still change the password" in " ".join(person.shown().split())
