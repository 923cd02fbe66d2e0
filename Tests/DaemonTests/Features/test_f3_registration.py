"""Feature F3: how methods are registered, removed and replaced."""

import subprocess

from device import Device
from harness import PASSWORD, QUESTIONS, app_code, client_program
from house import check_range, start  # noqa: F401  (a fixture)

MINUTE, HOUR = 60, 3600


class Wizard:
    """A person at `ssprclient register`."""

    def __init__(self, house, account="ana"):
        self.process = subprocess.Popen(
            [client_program(), "register", "--account", account, "--socket", str(house.daemon.socket), "--answers-from", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1)
        self.seen = ""

    def say(self, *lines):
        for line in lines:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()

    def read_to(self, beginning):
        """The rest of the first line that begins so."""
        for line in self.process.stdout:
            self.seen += line
            if line.startswith(beginning):
                return line.removeprefix(beginning).strip()
        raise AssertionError(f"no {beginning} in {self.seen}")

    def leave(self, status):
        """Answers no more; all that was shown."""
        rest, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == status, self.seen + rest
        return self.seen + rest


def other(code):
    """A wrong code of the same form."""
    return code[:-1] + ("1" if code[-1] == "0" else "0")


def test_feature_F3_each_method_is_proven_within_ten_minutes(start):
    """Registration. Opened by the current password, for 10 minutes; each method but security questions is confirmed by a proof that
    it works.

    10 min
    """
    house = start("phones: true\ndevices: true\nquestions: true\n")
    house.add("ana")
    assert house.refusal("registration.prove", account="ana", password="another sentence") == "refused"
    opened = house.call("registration.prove", account="ana", password=PASSWORD)
    handle = opened["handle"]
    assert house.refusal("registration.begin", handle=other_handle(handle), kind="totp") == "refused"
    devices = []

    def device_code(begun):
        devices.append(Device(house.call, begun["pairing"]))
        return devices[0].pair()
    proofs = {
        "email": ({"contact": "ana@example.org"}, lambda begun: house.code("confirmationCode", "ana@example.org")),
        "mobilePhone": ({"contact": "+493055512342"}, lambda begun: house.code("confirmationCode", "+493055512342")),
        "officePhone": ({"contact": "+493055512300"}, lambda begun: house.code("confirmationCode", "+493055512300")),
        "totp": ({}, lambda begun: app_code(begun["key"], offset=-1)),
        "push": ({}, device_code),
        "recoveryCodes": ({}, lambda begun: begun["codes"][4]),
    }
    for number, (kind, (fields, proof)) in enumerate(proofs.items()):
        begun = house.call("registration.begin", handle=handle, kind=kind, **fields)
        confirm = {"handle": handle, "enrolment": begun["enrolment"]}
        code = proof(begun)
        assert house.refusal("registration.confirm", **confirm, code=other(code)) == "refused"
        assert len(house.methods()) == number, f"{kind} is registered without its proof"
        house.call("registration.confirm", **confirm, code=code)
        assert set(house.methods()) == set(list(proofs)[:number + 1])
    house.call("registration.answers", handle=handle, answers=[{"question": n, "answer": text} for n, text in QUESTIONS.items()])
    house.turn(9 * MINUTE + 30)
    begun = house.call("registration.begin", handle=handle, kind="totp")
    house.turn(10 * MINUTE + 1)
    confirm = {"handle": handle, "enrolment": begun["enrolment"], "code": house.app_code(begun["key"])}
    assert house.refusal("registration.confirm", **confirm) == "refused"
    assert house.refusal("registration.begin", handle=handle, kind="totp") == "refused"
    assert len(house.methods()["totp"]) == 1
    assert house.call("registration.begin", handle=house.open(), kind="totp")["key"]


def other_handle(handle):
    return bytes([handle[0] ^ 1]) + handle[1:]


def test_feature_F3_the_wizard_leads_to_one_method_more(start):
    """The wizard counts its steps, goes on where it was left and advises one method more than needed."""
    house = start()
    house.add("ana")
    wizard = Wizard(house)
    wizard.say(PASSWORD, "email", "ana@example.org")
    wizard.say(house.code("confirmationCode"))
    shown = wizard.leave(66)
    assert "Registered: nothing. 2 more" in shown
    assert shown.index("Step 1 of 3") < shown.index("ana@example.org is registered") < shown.index("Step 2 of 3")
    wizard = Wizard(house)
    wizard.say(PASSWORD, "totp")
    key = wizard.read_to("Key:").replace(" ", "")
    assert "Step 2 of 3" in wizard.seen and "Step 1" not in wizard.seen and "Registered: email" in wizard.seen
    wizard.say(app_code(decoded(key), offset=-1))
    shown = wizard.leave(66)
    assert "The app is registered. Nothing is missing." in shown
    assert "It was asked: Step 3 of 3, advised: one more, in case one gets lost. Add it now?" in shown
    wizard = Wizard(house)
    wizard.say(PASSWORD, "y", "recoveryCodes")
    code = wizard.read_to("")
    while len(code.split()) != 7:
        code = wizard.read_to("")
    wizard.say(code)
    shown = wizard.leave(0)
    assert "The recovery codes are registered." in shown and "Step 4" not in shown
    assert set(house.methods()) == {"email", "totp", "recoveryCodes"}


def decoded(key):
    """The bytes behind the key that is typed into an app (RFC 4648)."""
    number = 0
    for letter in key:
        number = number * 32 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".index(letter)
    return number.to_bytes(len(key) * 5 // 8, "big")


def test_feature_F3_what_is_there_is_guarded_by_a_second_proof(start):
    """Removing and replacing needs a second proof as well."""
    house = start("questions: true\nrecovery: {coolingOffHours: 0}\n")
    house.add("ana")
    key = house.enrol("ana", questions=True)
    handle = house.open()
    begun = house.call("registration.begin", handle=handle, kind="recoveryCodes")
    house.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=begun["codes"][0])
    before = house.methods()
    replacing = {"answers": [{"question": number, "answer": text + " too"} for number, text in QUESTIONS.items()]}
    for numbers in before.values():
        assert house.refusal("registration.remove", handle=handle, method=numbers[0]) == "refused"
    assert house.refusal("registration.answers", handle=handle, **replacing) == "refused"
    assert house.refusal("registration.begin", handle=handle, kind="recoveryCodes") == "refused"
    house.turn(MINUTE)
    code = house.app_code(key)
    house.client("register", "remove", before["email"][0], "--account", "ana", "--answers-from", "-",
                 text=f"{PASSWORD}\n{other(code)}\n", status=77)
    assert house.refusal("registration.prove", account="ana", code=code) == "refused", "a second proof, not the only one"
    assert house.methods() == before
    full = house.open(code=code)
    house.call("registration.answers", handle=full, **replacing)
    begun = house.call("registration.begin", handle=full, kind="recoveryCodes")
    house.call("registration.confirm", handle=full, enrolment=begun["enrolment"], code=begun["codes"][0])
    after = house.methods()
    assert all(len(after[kind]) == 1 and after[kind] != before[kind] for kind in ("questions", "recoveryCodes"))
    assert all(after[kind] == before[kind] for kind in ("email", "totp"))
    house.turn(2 * MINUTE)
    house.client("register", "remove", before["email"][0], "--account", "ana", "--answers-from", "-",
                 text=f"{PASSWORD}\n{house.app_code(key)}\n")
    assert "email" not in house.methods() and len(house.methods()) == 3


def offered(house):
    """The addresses that a recovery offers, by their hints."""
    return sorted(method["hint"] for method in house.begin("ana")["methods"] if method["kind"] == "email")


def add_address(house, address):
    handle = house.open()
    begun = house.call("registration.begin", handle=handle, kind="email", contact=address)
    house.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=house.code("confirmationCode", address))


def test_feature_F3_a_later_contact_cools_off(start):
    """A contact added later cools off, and the addresses that were there are told.

    24 h (0 to 72)
    """
    house = start()
    house.add("ana")
    key = house.enrol("ana", email="first@example.org")
    assert offered(house) == ["f•••@•••.org"], "what is enough at first need not cool off"
    house.letters()
    add_address(house, "second@example.org")
    assert ("methodAdded", "first@example.org") in house.letters()
    house.turn(24 * HOUR - 30)
    assert offered(house) == ["f•••@•••.org"]
    house.turn(24 * HOUR + 30)
    assert offered(house) == ["f•••@•••.org", "s•••@•••.org"]
    check_range(house, "recovery.coolingOffHours", 24, 0, 72)
    for hours, second in ((72, "third@example.org"), (0, "fourth@example.org")):
        full = house.open(code=house.app_code(key))
        house.call("registration.remove", handle=full, method=house.methods()["email"][1])
        house.client("policy", "apply", "-", "--reason", "a test", text=f"recovery: {{coolingOffHours: {hours}}}\n")
        began = house.ahead
        add_address(house, second)
        if hours:
            house.turn(began + hours * HOUR - 30)
            assert offered(house) == ["f•••@•••.org"]
            house.turn(began + hours * HOUR + 30)
        assert offered(house) == sorted(["f•••@•••.org", second[0] + "•••@•••.org"])


def test_feature_F3_describe_says_how_many_proofs_are_needed(start):
    """`registration.describe` says how many proofs of different classes the account needs."""
    house = start("phones: true\n")
    house.add("ana")
    house.add("adi", role="administrator")

    def told(account="ana"):
        described = house.call("registration.describe", account=account)
        return described["proofsNeeded"], described["missing"]
    assert told() == (2, 2) and told("adi") == (2, 2)
    handle = house.open()
    for kind, number in (("mobilePhone", "+493055512342"), ("officePhone", "+493055512300")):
        begun = house.call("registration.begin", handle=handle, kind=kind, contact=number)
        house.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=house.code("confirmationCode", number))
        assert told() == (2, 1), "both phones are one class"
    house.client("policy", "apply", "-", "--reason", "a test", "--allow-loss", text="recovery: {proofs: 1}\nphones: true\n")
    assert told() == (1, 0) and told("adi") == (2, 2), "an administrator needs two whatever the policy says"
    house.client("policy", "apply", "-", "--reason", "a test", "--allow-loss", text="recovery: {proofs: 2}\nphones: true\n")
    house.enrol("ana", email=False)
    assert told() == (2, 0)
