"""Feature F3: what people are asked at sign-in, and that contacts are looked at again."""

import subprocess

from harness import PASSWORD, client_program
from house import check_range, start  # noqa: F401  (a fixture)

DAY = 86_400
ASKED = "To be able to reset a forgotten password, register 1 more method: ssprclient register"
DUE = "Please look whether your addresses and numbers are still right: ssprclient register"
WORDS = ("3 more times", "2 more times", "once more", "no longer")


def pam(house, kind, user="ana"):
    """What pam_exec shows at sign-in; it never refuses anybody for what is missing."""
    ended = subprocess.run(
        [client_program(), "pam", kind, "--socket", str(house.daemon.socket)], text=True, capture_output=True, timeout=30,
        input=PASSWORD + "\0" if kind == "auth" else "", env={"PAM_USER": user, "PAM_TYPE": kind, "PAM_SERVICE": "test"})
    assert ended.returncode == 0 and ended.stderr == "", ended
    return ended.stdout.removesuffix("\n")


def put_off(words, asked=ASKED):
    return f"{asked} (you can put this off {words})"


def apply(house, document):
    house.client("policy", "apply", "-", "--reason", "a test", text=document)


def test_feature_F3_registering_may_be_put_off_so_often(start):
    """Whoever signs in is asked to register what is missing (`ssprclient pam account`); it may be put off so often, then sign-in still
    works and says so every time.

    put off 3 times (0 to 20)
    """
    house = start("recovery: {proofs: 1}\n")
    house.add("ana")
    assert [pam(house, "account") for _ in range(7)] == [put_off(words) for words in WORDS + ("no longer",) * 3]
    assert pam(house, "auth") == "", "and the password still opens"
    house.enrol("ana", app=False)
    assert pam(house, "account") == "", "nothing is missing"
    check_range(house, "registration.postponements", 3, 0, 20)
    for times, words in ((0, "no longer"), (20, "20 more times")):
        apply(house, f"recovery: {{proofs: 1}}\nregistration: {{postponements: {times}}}\n")
        house.add(f"bo{times}")
        assert pam(house, "account", f"bo{times}") == put_off(words)


def reminded(house):
    """Who has been sent a reminder, as often."""
    return [event["account"] for event in house.events("account.reminded", outcome="succeeded")]


def on_day(house, day):
    """Turns the clock; a daemon looks for what is due when it starts."""
    house.daemon.stop()
    house.turn(round(day * DAY))
    house.daemon.start()


def review(house, answer):
    """What `register` shows to somebody who has come to it."""
    return house.client("register", "--account", "ana", "--answers-from", "-", text=f"{PASSWORD}\n{answer}\nn\n")


def is_due(house):
    return house.call("registration.describe", account="ana").get("isReviewDue", False)


def test_feature_F3_contacts_are_looked_at_again(start):
    """Addresses and numbers are looked at again after so many days: `register` asks whether they are still right, sign-in and a reminder
    by mail say that it is time.

    180 days (0 = never, to 730)
    """
    house = start("recovery: {proofs: 1}\nphones: true\n")
    house.add("ana")
    house.enrol("ana", app=False)
    handle = house.open()
    begun = house.call("registration.begin", handle=handle, kind="mobilePhone", contact="+493055512342")
    house.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=house.code("confirmationCode", "+493055512342"))
    house.letters()
    on_day(house, 179.99)
    assert not is_due(house) and pam(house, "account") == "" and reminded(house) == [] and "still right" not in review(house, "n")
    on_day(house, 180.01)
    assert is_due(house) and pam(house, "account") == put_off("3 more times", DUE)
    assert reminded(house) == ["ana"] and house.letters() == [("reminder", "ana@example.org")]
    shown = review(house, "n")
    assert "email a•••@•••.org" in shown and "mobilePhone +" in shown and "Noted." not in shown
    assert is_due(house), "a no leaves it due"
    assert "Noted." in review(house, "y") and not is_due(house) and pam(house, "account") == ""
    assert "still right" not in review(house, "n")
    on_day(house, 360.1)
    assert is_due(house) and reminded(house) == ["ana", "ana"]
    check_range(house, "registration.reviewDays", 180, 0, 730)
    apply(house, "recovery: {proofs: 1}\nphones: true\nregistration: {reviewDays: 0}\n")
    on_day(house, 5000)
    assert not is_due(house) and pam(house, "account") == "" and len(reminded(house)) == 2
    apply(house, "recovery: {proofs: 1}\nphones: true\nregistration: {reviewDays: 730}\n")
    house.add("bo")
    house.enrol("bo", app=False)
    on_day(house, 5729.99)
    assert pam(house, "account", "bo") == ""
    on_day(house, 5730.01)
    assert pam(house, "account", "bo") == put_off("3 more times", DUE)


def test_feature_F3_a_reminder_comes_once_in_a_fortnight(start):
    """a reminder in 14 days"""
    house = start("recovery: {proofs: 1}\n")
    house.add("ana")
    house.enrol("ana", app=False)
    # Whose reminders show that the daemon has looked.
    for day, name in ((5, "bo"), (13.9, "cy")):
        on_day(house, day)
        house.add(name)
        house.enrol(name, app=False)
    on_day(house, 180.01)
    assert reminded(house) == ["ana"]
    on_day(house, 185.01)
    assert reminded(house) == ["ana", "bo"]
    on_day(house, 193.95)
    assert reminded(house) == ["ana", "bo", "cy"]
    on_day(house, 194.05)
    assert reminded(house) == ["ana", "bo", "cy", "ana"]
