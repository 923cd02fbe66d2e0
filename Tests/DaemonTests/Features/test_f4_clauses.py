"""Recovery clause by clause: who is asked and by what, every address that is told, every way to end (feature F4)."""

import os
import shutil
import subprocess
import sys

import pytest
import sspr
from device import Device
from harness import NEW_PASSWORD, PASSWORD, ROOT, as_uid, client_program, needs_root, program, wait_until
from house import start  # noqa: F401  (a fixture)
from test_f4_recovery import proven, reset

sys.path.insert(0, str(ROOT / "Tests/DaemonTests/Attacks/agents"))
from private_etc import PrivateEtc  # noqa: E402  (the path comes first)

MINUTE, HOUR = 60, 3600
STAFF, OTHER, PLAIN = 2005, 2006, 2007
CONFIGURATION = f"""
temporaryPass: true
devices: true
recovery: {{coolingOffHours: 0}}
helpDesk: {{contact: "room 12"}}
roles: {{helpdesk: {{users: [{STAFF}]}}, helper: {{users: [0, {os.geteuid()}, {OTHER}]}}}}
"""


@pytest.fixture
def house(start):  # noqa: F811
    house = start(CONFIGURATION)
    house.add("ana")
    house.key = house.enrol("ana")
    return house


def open_command(house, *words):
    """A command of somebody at the help desk, who types what the caller says."""
    # Where the client was built, that uid may not look.
    client = house.daemon.folder / "ssprclient"
    if not client.exists():
        shutil.copy(client_program(), client)
        client.chmod(0o755)
    return subprocess.Popen([client, *words, "--socket", str(house.daemon.socket)], user=STAFF, group=STAFF, extra_groups=[],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/")


def typed(house, *words, text=""):
    """Its status and both streams."""
    process = open_command(house, *words)
    said, told = process.communicate(text, timeout=60)
    return process.returncode, said + told


def staff(house, name, **fields):
    return as_uid(STAFF, house.daemon.socket, [(name, fields)])[0]


@needs_root
def test_feature_F4_the_help_desk_types_what_the_caller_says(house):
    """The help desk (a role of peers) makes sure who is calling, by a code to or a number asked for by what the account has registered
    (`ssprclient helpdesk verify`), before it issues a temporary pass; it never chooses a password, and lets no administrator in.
    """
    house.add("chief", role="globalAdministrator")
    house.enrol("chief")
    house.add("deputy", role="administrator")
    house.enrol("deputy")
    verifying = ("helpdesk", "verify", "ana", "--method", "email", "--answers-from", "-")
    refused = typed(house, "helpdesk", "pass", "ana")
    assert refused[0] == 77 and "ssprclient helpdesk verify ana" in refused[1]
    process = open_command(house, *verifying)
    wrong = f"{(int(house.code('helpDeskCode')) + 1) % 100_000_000:08d}"
    process.communicate(wrong + "\n", timeout=60)
    assert process.returncode == 77 and typed(house, "helpdesk", "pass", "ana")[0] == 77, "a wrong code makes nobody sure"
    house.later(2 * MINUTE)
    process = open_command(house, *verifying)
    _, told = process.communicate(house.code("helpDeskCode", "ana@example.org") + "\n", timeout=60)
    assert process.returncode == 0 and "The caller is ana" in told, told
    # Somebody without the role is given nothing, even now.
    assert as_uid(PLAIN, house.daemon.socket, [("accounts.pass", {"account": "ana"})]) == [("failure", "denied")]
    status, shown = typed(house, "helpdesk", "pass", "ana")
    assert status == 0, shown
    for name in ("chief", "deputy"):
        assert staff(house, "accounts.pass", account=name) == ("failure", "refused"), name
    house.call("signin.authenticate", account="ana", password=PASSWORD)


@needs_root
def test_feature_F4_a_device_is_asked_for_the_number(house):
    """The help desk (a role of peers) makes sure who is calling, by a code to or a number asked for by what the account has registered
    (`ssprclient helpdesk verify`), before it issues a temporary pass; it never chooses a password, and lets no administrator in.
    """
    handle = house.open()
    begun = house.call("registration.begin", handle=handle, kind="push")
    device = Device(house.call, begun["pairing"])
    house.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=device.pair())
    begun = staff(house, "helpdesk.verify", account="ana")[1]
    assert [method["kind"] for method in begun["methods"]] == ["email", "push"], "nothing that nobody should tell on the telephone"
    asked = {"handle": begun["handle"], "choice": house.choice(begun, "push")}
    number = staff(house, "recovery.send", **asked)[1]["number"]
    question, = device.questions()
    assert question["purpose"] == "verify" and "number" not in question
    assert staff(house, "accounts.pass", account="ana") == ("failure", "unverified"), "asked is not answered"
    device.answer(question, "approve", number)
    assert "grant" in staff(house, "recovery.answer", **asked)[1]
    assert len(staff(house, "accounts.pass", account="ana")[1]["pass"]) == 12


@needs_root
def test_feature_F4_nobody_else_goes_on_with_a_recovery(house):
    """Handle and grant belong to account, purpose and the uid that began."""
    begun = house.begin("ana")
    sending = {"handle": begun["handle"], "choice": house.choice(begun, "email")}
    others = [("recovery.send", sending), ("recovery.cancel", {"handle": begun["handle"]})]
    assert as_uid(OTHER, house.daemon.socket, others) == [("failure", "refused")] * 2
    house.call("recovery.cancel", handle=begun["handle"])
    _, grant = proven(house, "unlock")
    assert house.refusal("recovery.reset", account="ana", grant=grant, password=NEW_PASSWORD) == "refused"
    assert as_uid(OTHER, house.daemon.socket, [("recovery.unlock", {"account": "ana", "grant": grant})]) == [("failure", "refused")]
    house.call("recovery.unlock", account="ana", grant=grant)
    house.call("signin.authenticate", account="ana", password=PASSWORD)


@needs_root
def test_feature_F4_a_reset_voids_passes_and_verifications(house):
    """A reset voids everything else that was under way."""
    asked = staff(house, "helpdesk.verify", account="ana")[1]
    house.later(2 * MINUTE)
    staff(house, "recovery.send", handle=asked["handle"], choice=1)
    staff(house, "recovery.answer", handle=asked["handle"], choice=1, code=house.code("helpDeskCode"))
    given = house.call("accounts.pass", account="ana", isVouchedFor=True)["pass"]
    house.later(2 * MINUTE)
    _, grant = proven(house)
    reset(house, grant)
    assert staff(house, "accounts.pass", account="ana") == ("failure", "unverified"), "the verification is void"
    after = house.begin("ana")
    answer = {"handle": after["handle"], "choice": house.choice(after, "temporaryPass")}
    assert house.refusal("recovery.answer", **answer, code=given) == "refused", "the pass is void"
    fresh = house.call("accounts.pass", account="ana", isVouchedFor=True)["pass"]
    assert house.call("recovery.answer", **answer, code=fresh)["proofsMissing"] == 1, "as one that is not"


def test_feature_F4_each_address_is_given_a_way_back(house):
    """Every mail that tells of a new password has a code that takes it back (`ssprclient not-me`): methods are out of use, whatever was
    under way is void, the password from before is in force again where the daemon holds it, global administrators are told.
    """
    for name, role in (("chief", "globalAdministrator"), ("second", "globalAdministrator"), ("deputy", "administrator")):
        house.add(name, role=role)
        house.enrol(name, app=False)
    house.enrol("ana", email="other@example.org", app=False)
    house.letters()
    # Whoever has the app and one mailbox takes the account over.
    _, grant = proven(house)
    house.letters()
    reset(house, grant)
    house.outbox.clear()
    assert [contact for kind, contact in house.letters() if kind == "passwordReset"] == ["ana@example.org", "other@example.org"]
    codes = {job["contact"]: job["code"] for job in house.outbox if job["kind"] == "passwordReset"}
    house.client("not-me", codes["other@example.org"], "--account", "ana")
    house.call("signin.authenticate", account="ana", password=PASSWORD)
    assert house.refusal("signin.authenticate", account="ana", password=NEW_PASSWORD) == "refused"
    assert all(method["isDisabled"] for method in house.call("registration.describe", account="ana")["methods"])
    told = [contact for kind, contact in house.letters() if kind == "takeoverReported"]
    assert told == ["chief@example.org", "second@example.org"], "the global ones, all of them, and nobody else"
    assert house.client("not-me", codes["ana@example.org"], "--account", "ana", status=77), "what is taken back is taken back once"


@needs_root
def test_feature_F4_what_a_directory_holds_stays(house, folder):
    """Every mail that tells of a new password has a code that takes it back (`ssprclient not-me`): methods are out of use, whatever was
    under way is void, the password from before is in force again where the daemon holds it, global administrators are told.
    """
    etc = PrivateEtc(folder / "root/etc")
    etc.add("ben", 1500, PASSWORD)
    etc.write()
    house.add("chief", role="globalAdministrator")
    house.enrol("chief", app=False)
    house.call("accounts.add", account="ben", target="shadow", uid=1500)
    with open(folder / "writeback.log", "ab") as log:
        agent = subprocess.Popen([program("sspr-writeback"), "--socket", str(house.daemon.socket), "--target", "shadow",
                                  "--root", str(folder / "root")], stdin=subprocess.DEVNULL, stderr=log)
    try:
        wait_until(lambda: accepts(house, "ben", PASSWORD), what="the agent's first answer")
        key = house.enrol("ben")
        _, grant = proven(house, account="ben", key=key)
        house.call("recovery.reset", account="ben", grant=grant, password=NEW_PASSWORD)
        told = house.client("not-me", house.code("passwordReset", "ben@example.org"), "--account", "ben")
        assert "is held by a directory and stays" in told
        assert etc.has("ben", NEW_PASSWORD) and accepts(house, "ben", NEW_PASSWORD)
        assert house.call("accounts.explain", account="ben")["unmet"] == ["registered"]
        assert ("takeoverReported", "chief@example.org") in house.letters()
    finally:
        agent.terminate()
        assert agent.wait(20) == 0


def accepts(house, account, password):
    try:
        house.call("signin.authenticate", account=account, password=password)
        return True
    except sspr.Failed as failed:
        assert failed.name in ("refused", "unavailable"), failed.name
        return False


def test_feature_F4_a_way_back_ends_by_itself(house):
    """undo 24 h (0 to 72), 8 at a time"""
    house.add("ben")
    house.enrol("ben", app=False)
    codes = {}
    for name in ("ana", "ben"):
        house.call("signin.change", account=name, current=PASSWORD, new=NEW_PASSWORD)
        codes[name] = house.code("passwordChanged", f"{name}@example.org")
    # Each has its own code, so that no other's end is its end.
    house.later(24 * HOUR - MINUTE)
    house.client("not-me", codes["ana"], "--account", "ana")
    house.later(2 * MINUTE)
    house.client("not-me", codes["ben"], "--account", "ben", status=77)
    house.call("signin.authenticate", account="ben", password=NEW_PASSWORD)
    # With no time there is no code, and with more it lives longer.
    for hours, status in ((0, None), (72, 0)):
        house.client("policy", "apply", "-", "--reason", "a test", text=f"recovery: {{undoHours: {hours}}}\n")
        new = f"a sentence for {hours} hours"
        house.letters()
        house.outbox.clear()
        house.call("signin.change", account="ben", current=NEW_PASSWORD, new=new)
        house.letters()
        code, = [job.get("code") for job in house.outbox if job["kind"] == "passwordChanged"]
        assert (code is None) == (status is None), hours
        if code:
            house.later(72 * HOUR - MINUTE)
            house.client("not-me", code, "--account", "ben", status=status)
        else:
            house.call("signin.change", account="ben", current=new, new="yet another sentence")
            house.call("signin.change", account="ben", current="yet another sentence", new=NEW_PASSWORD)


def test_feature_F4_at_a_login_nobody_is_told_of_the_help_desk(house):
    """Whoever is refused at a terminal is told where it is (`helpDesk.contact`); PAM says nothing of it."""
    def pam(password):
        return subprocess.run([client_program(), "pam", "auth", "--socket", str(house.daemon.socket)], input=password + "\0", text=True,
                              capture_output=True, timeout=60, env={"PAM_USER": "ana", "PAM_TYPE": "auth", "PAM_SERVICE": "login"})
    assert pam(PASSWORD).returncode == 0
    for tries in range(10):
        refused = pam(f"not it {tries}")
        assert refused.returncode == 1 and "room 12" not in refused.stdout + refused.stderr
    locked = pam(PASSWORD)
    assert locked.returncode == 75 and "room 12" not in locked.stdout + locked.stderr
    # At a terminal: every command of a person that ends in a refusal.
    for words in (("reset", "ana", "--method", "totp"), ("unlock", "ana", "--method", "totp")):
        assert "Help desk: room 12" in house.client(*words, "--answers-from", "-", text="000000\n", status=77), words
    wrong = house.client("not-me", "0" * 28, "--account", "ana", status=77)
    assert "Help desk: room 12" in wrong


@needs_root
def test_feature_F4_each_purpose_has_its_one_end(house):
    """Whoever leaves a recovery leaves a record of how far it had come; every recovery has exactly one end in the trail."""
    _, grant = proven(house, "unlock")
    house.call("recovery.unlock", account="ana", grant=grant)
    house.later(2 * MINUTE)
    _, grant = proven(house, "manage")
    house.open(grant=grant)
    for is_used in (True, False):
        house.later(HOUR)
        asked = staff(house, "helpdesk.verify", account="ana")[1]
        staff(house, "recovery.send", handle=asked["handle"], choice=1)
        staff(house, "recovery.answer", handle=asked["handle"], choice=1, code=house.code("helpDeskCode"))
        if is_used:
            assert staff(house, "accounts.pass", account="ana")[0] == "reply"
    house.later(HOUR)
    # A grant that too many refused passwords have used up, and a recovery of an account that is blocked.
    _, grant = proven(house)
    for _ in range(6):
        assert house.refusal("recovery.reset", account="ana", grant=grant, password="short") == "passwordRefused"
    house.later(HOUR)
    wrong = house.begin("ana")
    for _ in range(5):
        house.refusal("recovery.answer", handle=wrong["handle"], choice=house.choice(wrong, "totp"), code="000000")
    assert len(house.events("recovery.blocked", account="ana")) == 1
    house.later(HOUR)
    house.daemon.stop()
    house.daemon.start()
    trail = [record["event"] for record in house.audit()]
    begun = [event["recovery"] for event in trail if event["kind"] in ("recovery.begun", "helpdesk.asked")]
    ends = {"recovery.abandoned", "recovery.cancelled", "recovery.failed", "password.reset", "account.unlocked", "registration.proven",
            "pass.issued"}
    ended = {}
    for event in trail:
        if event["kind"] in ends and event.get("recovery") and (event["kind"].startswith("recovery.") or event["outcome"] == "succeeded"):
            ended.setdefault(event["recovery"], []).append(event["kind"])
    assert len(begun) == 6
    assert [ended.get(number) for number in begun] == [
        ["account.unlocked"], ["registration.proven"], ["pass.issued"], ["recovery.abandoned"], ["recovery.failed"],
        ["recovery.abandoned"]], ended
