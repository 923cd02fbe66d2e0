"""How often each thing that a throttle counts is let through: one function for each, which tries until it is stopped."""

from device import Device

HOUR = 3600
CONFIGURATION = "phones: true\ndevices: true\nrecovery: {coolingOffHours: 0}\n"
# More than any limit lets through.
ENOUGH = 70


def person(house, name):
    """An account with an address and an app, whose beginnings have been forgotten by all counters; the app's key."""
    house.add(name)
    house.enrol(name, app=False)
    handle = house.open(name)
    begun = house.call("registration.begin", handle=handle, kind="totp")
    house.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=house.app_code(begun["key"]))
    house.later(25 * HOUR)
    return begun["key"]


def imported(house, folder, count, email="n{0}@example.org"):
    """Accounts n0, n1, ... with an address and a mobile phone of which nobody has been sent anything; their phones."""
    phones = {f"n{number}": f"+4930555{number:05d}" for number in range(count)}
    path = folder / "list.csv"
    path.write_text("name,email,mobile\n" + "".join(
        f"{name},{email.format(number)},{phone}\n" for number, (name, phone) in enumerate(phones.items())))
    house.client("accounts", "import", path)
    return phones


def wrong(house, key):
    """No code that the app shows now or has just shown."""
    return f"{(int(house.app_code(key)) + 1) % 1_000_000:06d}"


def guess(house, begun, key):
    """The failure that a wrong code of the app ends with."""
    return house.refusal("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "totp"), code=wrong(house, key))


def until(stopped, attempt):
    """How often an attempt ends as the first one did before it ends in this other way."""
    ends = [attempt()]
    while ends[-1] == ends[0] and len(ends) < ENOUGH:
        ends.append(attempt())
    assert ends[-1] == stopped, ends
    return len(ends) - 1


def sent(house, channel="email", **filters):
    """How many codes of recoveries were sent to somebody."""
    count, reached = 0, 0
    while True:
        page = house.call("agents.listDeliveries", after=reached, channel=channel, **filters)
        count += sum(job["kind"] == "recoveryCode" and "account" in job and job.get("reason") != "tooManyMessages"
                     for job in page["deliveries"])
        reached = page["reached"]
        if page["isLast"]:
            return count


def ask_for_code(house, begun, kind="email", **fields):
    """What a reply to it says, without its times."""
    reply = house.call("recovery.send", handle=begun["handle"], choice=house.choice(begun, kind), **fields)
    return sorted(reply), reply["questions"], reply["resendAt"] - round(house.now() * 1000) > 0


def wrong_proofs(house, folder):
    key = person(house, "ana")
    begun = house.begin("ana")
    return until("throttled", lambda: guess(house, begun, key))


def code_tries(house, folder):
    """Wrong tries after which the right code is still good: one account each."""
    for tries in range(1, ENOUGH):
        name = f"n{tries}"
        house.add(name)
        handle = house.open(name)
        begun = house.call("registration.begin", handle=handle, kind="email", contact=f"{name}@example.org")
        code = house.code("confirmationCode", f"{name}@example.org")
        confirm = {"handle": handle, "enrolment": begun["enrolment"]}
        for number in range(1, tries + 1):
            assert house.refusal("registration.confirm", **confirm, code=f"{(int(code) + number) % 10**8:08d}") == "refused"
        if not accepted(house, "registration.confirm", **confirm, code=code):
            return tries
    raise AssertionError("codes have no end")


def accepted(house, name, **fields):
    with house.daemon.connect() as peer:
        peer.start(name, **fields)
        return peer.receive_frame()[0] == 2


def method_failures(house, folder):
    key = person(house, "ana")
    for failures in range(1, ENOUGH):
        # Wrong proofs of the account are forgotten meanwhile, failures in a row are not.
        house.later(73 * HOUR)
        assert guess(house, house.begin("ana"), key) == "refused"
        if any(method["isDisabled"] for method in house.call("registration.describe", account="ana")["methods"]):
            return failures
    raise AssertionError("methods have no end")


def code_messages(house, folder):
    person(house, "ana")
    begun = house.begin("ana")
    replies = []
    for _ in range(12):
        replies.append(ask_for_code(house, begun))
        house.later(61)
    assert all(reply == replies[0] for reply in replies), "the reply does not change"
    return sent(house, account="ana")


def notices(house, folder):
    person(house, "ana")
    return until(0, lambda: house.call("accounts.remind", account="ana")["messages"])


def destination(house, folder):
    names = imported(house, folder, 7, email="all@example.org")
    begun = [house.begin(name) for name in names]
    replies = []
    for _ in range(10):
        replies += [ask_for_code(house, each) for each in begun]
        house.later(61)
    assert all(reply == replies[0] for reply in replies), "the reply does not change"
    return sent(house)


def prompts(house, folder):
    person(house, "ana")
    device = paired(house, "ana")
    numbers = [prompt(house, "ana") for _ in range(7)]
    assert all(0 <= number < 100 for number in numbers), "the reply does not change"
    return len(questions(house, device))


def paired(house, name):
    handle = house.open(name)
    begun = house.call("registration.begin", handle=handle, kind="push")
    device = Device(house.call, begun["pairing"])
    house.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=device.pair())
    return device


def prompt(house, name):
    """Has the devices asked; the number that the terminal shows."""
    begun = house.begin(name)
    return house.call("recovery.send", handle=begun["handle"], choice=house.choice(begun, "push"))["number"]


def questions(house, device):
    """What the device is asked, by the daemon's time."""
    at = int(house.now() * 1000)
    statement = {1: "sspr listing 1", 2: device.invitation["instance"], 3: device.number, 4: at}
    return house.call("devices.approvals", device=device.number, at=at, signature=device.sign(statement))["questions"]


def wrong_passwords(house, folder):
    house.add("ana")
    numbers = iter(range(ENOUGH))
    return until("throttled", lambda: house.refusal("signin.authenticate", account="ana", password=f"wrong sentence {next(numbers)}"))


def granted(house, name):
    """A grant of a new account."""
    key = person(house, name)
    begun = house.begin(name)
    code = house.mailed(begun)
    house.call("recovery.answer", handle=begun["handle"], choice=house.choice(begun, "email"), code=code)
    return house.call(
        "recovery.answer", handle=begun["handle"], choice=house.choice(begun, "totp"), code=house.app_code(key))["grant"]


def refused_passwords(house, folder):
    """All but the last, which ends the recovery."""
    grant = granted(house, "ana")
    return until("refused", lambda: house.refusal("recovery.reset", account="ana", grant=grant, password="short")) - 1


def texts(house, folder, channel="sms"):
    phones = imported(house, folder, 3)
    begun = {name: house.begin(name) for name in phones}
    for _ in range(3):
        for name, each in begun.items():
            ask_for_code(house, each, "mobilePhone", contact=phones[name], channel=channel)
        house.later(61)
    return sent(house, channel)


def calls(house, folder):
    return texts(house, folder, "voice")
