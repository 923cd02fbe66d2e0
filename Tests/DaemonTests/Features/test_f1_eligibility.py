"""Feature F1: who may recover and register, licences, enablement, and lists of accounts."""

import json
import subprocess

import pytest
from harness import NEW_PASSWORD, PASSWORD, Daemon, World, app_code, client_program, wait_until

BATCH = 256
# What each rule's absence is called in the trail, in the order of the rules.
REASONS = {"enabled": "disabledAccount", "licensed": "unlicensedAccount", "selected": "unselectedAccount",
           "registered": "unregisteredAccount"}


@pytest.fixture
def start(folder):
    """Starts a daemon with a configuration; stops all of them."""
    started = []

    def begin(configuration):
        started.append(Daemon(folder, configuration).start())
        return World(started[-1])
    yield begin
    for daemon in started:
        daemon.stop()


def client(world, *words, text="", status=0):
    """What an administrator sees: both streams."""
    ended = subprocess.run([client_program(), *map(str, words), "--socket", str(world.daemon.socket)], input=text, text=True,
                           capture_output=True, timeout=60)
    assert ended.returncode == status, (words, ended.stdout, ended.stderr)
    return ended.stdout + ended.stderr


def unmet(world, account):
    """The rules that `accounts explain` says are not kept."""
    card = dict(line.split(":", 1) for line in client(world, "accounts", "explain", account).splitlines() if ": " in line)
    return [rule for rule, said in card.items() if rule in REASONS and said.strip().startswith("no")]


def recovers(world, account, key):
    """True when right proofs of both methods are enough for a new password."""
    begun = world.begin(account)
    world.call("recovery.send", handle=begun["handle"], choice=world.choice(begun, "email"))
    # The next step's code, so that no earlier one has used it up.
    answer = {"handle": begun["handle"], "choice": world.choice(begun, "totp"), "code": app_code(key)}
    with world.daemon.connect() as peer:
        peer.start("recovery.answer", **answer)
        kind, _, _, _ = peer.receive_frame()
    if kind != 2:
        return False
    code = world.code("recoveryCode")
    proven = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=code)
    world.call("recovery.reset", account=account, grant=proven["grant"], password=NEW_PASSWORD)
    return True


def registers(world, account):
    """True when the right password opens a registration."""
    with world.daemon.connect() as peer:
        peer.start("registration.prove", account=account, password=PASSWORD)
        return peer.receive_frame()[0] == 2


def everybody(world):
    """Accounts that keep all rules but one, that one, and one that keeps them all."""
    client(world, "licences", "unassign", "default", "--everyone")
    client(world, "groups", "add", "chosen")
    keys = {}
    for name in ("complete", *REASONS):
        world.add(name)
        client(world, "licences", "assign", "default", "--account", name)
        client(world, "groups", "join", "chosen", name)
        keys[name] = None if name == "registered" else world.enrol(name)
    client(world, "accounts", "disable", "enabled")
    client(world, "licences", "unassign", "default", "--account", "licensed")
    client(world, "groups", "leave", "chosen", "selected")
    return keys


def test_feature_F1_all_rules_must_be_kept(start):
    """Who may recover and register. To recover, an account must be enabled, have a licence, be selected, and have registered enough
    methods; to register, the first three.

    `accounts explain` tells every reason why it cannot.
    """
    world = start("enablement: {include: [chosen]}\n")
    keys = everybody(world)
    assert unmet(world, "complete") == [] and recovers(world, "complete", keys["complete"])
    world.add("nothing", uid=4242)
    client(world, "accounts", "disable", "nothing")
    assert unmet(world, "nothing") == list(REASONS), "every reason, not the first alone"
    for name in ("enabled", "licensed", "selected"):
        assert unmet(world, name) == [name]
        assert not registers(world, name) and not recovers(world, name, keys[name])
    assert unmet(world, "registered") == ["registered"] and registers(world, "registered")
    begun = world.begin("registered")
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code="123456") == "refused"
    # Each is a rule that can be kept again.
    client(world, "accounts", "enable", "enabled")
    client(world, "licences", "assign", "default", "--account", "licensed")
    client(world, "groups", "join", "chosen", "selected")
    for name in ("enabled", "licensed", "selected"):
        assert unmet(world, name) == [] and registers(world, name) and recovers(world, name, keys[name])


def test_feature_F1_the_ineligible_are_answered_like_one_that_mistypes(start):
    """An unknown or ineligible name is answered like one that mistypes; the first reason is in the trail."""
    world = start("enablement: {include: [chosen]}\n")
    keys = everybody(world)

    def seen(name, password, code):
        begun = world.begin(name)
        sent = world.call("recovery.send", handle=begun["handle"], choice=world.choice(begun, "email"))
        return [
            [(method["kind"], method.get("hint", "")[1:], method["confirmsContact"]) for method in begun["methods"]],
            begun["proofsNeeded"], sorted(begun), sorted(sent), sent["questions"],
            world.refusal("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=code),
            world.refusal("registration.prove", account=name, password=password),
        ]
    mistyped = seen("complete", "not the password at all", "000000" if app_code(keys["complete"]) != "000000" else "000001")
    for name in REASONS:
        key = keys[name]
        # "registered" may open a registration: what it cannot do is to recover.
        password = "not the password at all" if name == "registered" else PASSWORD
        assert seen(name, password, "000000" if key is None else app_code(key)) == mistyped, name
        assert [event["reason"] for event in world.events("recovery.begun", account=name)] == [REASONS[name]]
    assert seen("nobody-here", PASSWORD, "000000") == mistyped
    assert world.events("recovery.begun")[-1]["reason"] == "unknownAccount"
    assert "reason" not in world.events("recovery.begun", account="complete")[0]
    for name in ("enabled", "licensed", "selected"):
        assert world.events("registration.proven", account=name)[-1]["reason"] == REASONS[name]
    # Of several reasons the first is written.
    client(world, "accounts", "disable", "registered")
    world.begin("registered")
    assert world.events("recovery.begun", account="registered")[-1]["reason"] == "disabledAccount"


def plans(world):
    """Seats that are taken, and how many there are, of each plan; and who has it without being named."""
    return {plan["plan"]: (plan["taken"], plan.get("seats"), plan["isForEveryone"])
            for plan in json.loads(client(world, "licences", "list", "--output", "json"))}


def test_feature_F1_a_new_installation_licenses_everyone(world):
    """A new installation has the plan `default`, which everyone has."""
    assert plans(world) == {"default": (0, None, True)}
    world.add("ana")
    assert "licensed" not in unmet(world, "ana") and registers(world, "ana")
    client(world, "licences", "unassign", "default", "--everyone")
    assert "licensed" in unmet(world, "ana") and not registers(world, "ana")


def test_feature_F1_a_plan_takes_one_seat_of_each(world):
    """Licences are plans with a number of seats or without, assigned to accounts, groups or, where seats are not counted, everyone;
    whoever has one by several ways takes one seat.
    """
    for name in ("ana", "bo", "cy"):
        world.add(name)
    client(world, "licences", "unassign", "default", "--everyone")
    client(world, "licences", "add", "few", "--seats", "2")
    client(world, "licences", "add", "many")
    for group in ("staff", "board"):
        client(world, "groups", "add", group)
        client(world, "groups", "join", group, "ana")
    client(world, "licences", "assign", "few", "--account", "ana")
    client(world, "licences", "assign", "few", "--group", "staff")
    client(world, "licences", "assign", "few", "--group", "board")
    assert plans(world)["few"] == (1, 2, False), "three ways, one seat"
    client(world, "groups", "join", "staff", "bo")
    assert plans(world)["few"] == (2, 2, False)
    assert [name for name in ("ana", "bo", "cy") if "licensed" not in unmet(world, name)] == ["ana", "bo"]
    client(world, "licences", "unassign", "few", "--account", "ana")
    client(world, "groups", "leave", "staff", "ana")
    assert plans(world)["few"] == (2, 2, False) and "licensed" not in unmet(world, "ana"), "one way is left"
    client(world, "groups", "leave", "board", "ana")
    assert plans(world)["few"] == (1, 2, False) and "licensed" in unmet(world, "ana")
    client(world, "licences", "assign", "few", "--everyone", status=65)
    assert plans(world)["few"] == (1, 2, False)
    client(world, "licences", "assign", "many", "--everyone")
    assert plans(world)["many"][1:] == (None, True)
    assert not [name for name in ("ana", "bo", "cy") if "licensed" in unmet(world, name)]


def import_without_a_seat(world, folder):
    """A list of one who would join a group that is full, and one who would not."""
    path = folder / "list.csv"
    path.write_text("name,groups\ndan,staff\neve,\n")
    assert "no seat left" in client(world, "accounts", "import", path, status=65)


def refused_for_want_of_a_seat(world):
    """What the trail says was refused because a plan is full: kind of event and account."""
    events = [record["event"] for record in world.audit()]
    return [(event["kind"], event["account"]) for event in events if event.get("reason") == "noSeat" and event["outcome"] == "refused"]


def test_feature_F1_one_seat_too_many_is_refused(world, folder):
    """What would take one too many (an assignment, a membership, a row of an import) is refused, audited and changes nothing."""
    for name in ("ana", "bo", "cy"):
        world.add(name)
    client(world, "licences", "unassign", "default", "--everyone")
    client(world, "groups", "add", "staff")
    client(world, "licences", "add", "one", "--seats", "1")
    client(world, "licences", "assign", "one", "--group", "staff")
    client(world, "groups", "join", "staff", "ana")
    client(world, "licences", "assign", "one", "--account", "bo", status=65)
    client(world, "groups", "join", "staff", "bo", "cy", status=65)
    import_without_a_seat(world, folder)
    assert plans(world)["one"] == (1, 1, False)
    assert [name for name in ("ana", "bo", "cy", "eve") if "licensed" not in unmet(world, name)] == ["ana"]
    assert client(world, "groups", "show", "staff").split() == ["ACCOUNT", "ana"]
    assert world.refusal("accounts.show", account="dan") == "notFound"
    assert refused_for_want_of_a_seat(world)[:3] == [("licence.assigned", "bo"), ("group.joined", "bo"), ("group.joined", "cy")]


def test_feature_F1_an_imported_row_without_a_seat_is_audited(world, folder):
    """What would take one too many (an assignment, a membership, a row of an import) is refused, audited and changes nothing."""
    client(world, "groups", "add", "staff")
    client(world, "licences", "add", "none", "--seats", "0")
    client(world, "licences", "assign", "none", "--group", "staff")
    import_without_a_seat(world, folder)
    assert [account for _, account in refused_for_want_of_a_seat(world)] == ["dan"]


@pytest.mark.parametrize("value, selected", [
    ("", {"ana", "bo", "cy"}), ("enablement: all", {"ana", "bo", "cy"}), ("enablement: none", set()),
    ("enablement: {include: [staff]}", {"ana", "bo"}), ("enablement: {exclude: [out]}", {"ana", "cy"}),
    ("enablement: {include: [staff], exclude: [out]}", {"ana"})])
def test_feature_F1_enablement_asks_about_users_only(start, value, selected):
    """Enablement (`enablement:` all, none, or groups to include and exclude; to be excluded wins) does not ask about administrators.

    enablement: all
    """
    world = start(value + "\n")
    for name, role in (("ana", "user"), ("bo", "user"), ("cy", "user"), ("root", "globalAdministrator"), ("adi", "administrator")):
        world.add(name, role=role)
    for group, members in (("staff", ["ana", "bo"]), ("out", ["bo", "adi"])):
        client(world, "groups", "add", group)
        client(world, "groups", "join", group, *members)
    assert {name for name in ("ana", "bo", "cy") if "selected" not in unmet(world, name)} == selected
    assert {name for name in ("ana", "bo", "cy") if registers(world, name)} == selected
    for name in ("root", "adi"):
        assert "selected" not in unmet(world, name) and registers(world, name)


def names(world):
    """All accounts that the daemon has."""
    return {account["account"] for account in json.loads(client(world, "accounts", "list", "--output", "json", "--quiet"))}


def test_feature_F1_lists_are_imported_in_whole_batches(world, folder):
    """Lists of accounts are imported (CSV, JSON lines, what `getent passwd` prints) batch by batch, each whole or not at all.

    256 rows a batch
    """
    (folder / "list.csv").write_text("name,uid\nana,5001\n")
    (folder / "list.jsonl").write_text(json.dumps({"name": "bo", "uid": 5002}) + "\n")
    client(world, "accounts", "import", folder / "list.csv")
    client(world, "accounts", "import", folder / "list.jsonl")
    client(world, "accounts", "sync", "--from", "-", text="root:x:0:0::/root:/bin/sh\ncy:x:5003:5003:Cy,,,:/home/cy:/bin/sh\n")
    assert names(world) == {"ana", "bo", "cy"}
    assert [world.call("accounts.show", account=name)["uid"] for name in ("ana", "bo", "cy")] == [5001, 5002, 5003]
    rows = [{"account": f"row{number}"} for number in range(BATCH + 1)]
    assert world.refusal("accounts.import", rows=rows, mode="eachRow") == "malformed"
    assert names(world) == {"ana", "bo", "cy"}
    assert world.call("accounts.import", rows=rows[:BATCH], mode="eachRow")["refused"] == []
    assert len(names(world)) == 3 + BATCH
    # Whenever the daemon dies, what is there is a number of whole batches from the beginning of the list.
    count = 20_000
    (folder / "long.csv").write_text("name\n" + "".join(f"n{number:05d}\n" for number in range(count)))
    process = subprocess.Popen([client_program(), "accounts", "import", str(folder / "long.csv"), "--socket", str(world.daemon.socket)],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until(lambda: world.call("accounts.list", after="cy")["accounts"][0]["account"] == "n00000", what="the first batch")
    world.daemon.kill()
    process.communicate(timeout=60)
    assert process.returncode != 0
    world.daemon.start()
    there = sorted(name for name in names(world) if name.startswith("n"))
    assert 0 < len(there) < count and len(there) % BATCH == 0
    assert there == [f"n{number:05d}" for number in range(len(there))]


def test_feature_F1_imported_contacts_are_marked_until_their_owner_registers_them(start, folder):
    """Contacts in them count as registered and are marked until their owner registers them with a code."""
    world = start("phones: true\n")
    path = folder / "list.csv"
    path.write_text("name,email,mobile\nana,ana@example.org,+493055512342\n")
    client(world, "accounts", "import", path)

    def marked():
        return {method["kind"]: method.get("isPrefilled", False)
                for method in world.call("registration.describe", account="ana")["methods"]}
    assert unmet(world, "ana") == [] and marked() == {"email": True, "mobilePhone": True}
    assert "filled in" in client(world, "status", "ana")
    begun = world.begin("ana")
    code = world.mailed(begun)
    world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=code)
    phone = world.choice(begun, "mobilePhone")
    world.call("recovery.send", handle=begun["handle"], choice=phone, contact="+493055512342")
    proven = world.call("recovery.answer", handle=begun["handle"], choice=phone, code=world.code("recoveryCode", "+493055512342"))
    world.call("recovery.reset", account="ana", grant=proven["grant"], password=PASSWORD)
    assert marked() == {"email": True, "mobilePhone": True}, "a recovery registers nothing"
    handle = world.call("registration.prove", account="ana", password=PASSWORD)["handle"]
    begun = world.call("registration.begin", handle=handle, kind="email", contact="ana@example.org")
    confirm = {"handle": handle, "enrolment": begun["enrolment"]}
    code = world.code("confirmationCode")
    assert world.refusal("registration.confirm", **confirm, code=f"{(int(code) + 1) % 10**8:08d}") == "refused"
    assert marked() == {"email": True, "mobilePhone": True}
    world.call("registration.confirm", **confirm, code=code)
    assert marked() == {"email": False, "mobilePhone": True}


def test_feature_F1_a_removed_account_leaves_nothing_to_a_later_one(start):
    """A later account of a removed one's name has another number, and nothing that the earlier one had."""
    world = start("enablement: {include: [chosen]}\n")
    first = world.add("ana", uid=4242, role="administrator", language="de")
    client(world, "groups", "add", "chosen")
    client(world, "groups", "join", "chosen", "ana")
    client(world, "licences", "unassign", "default", "--everyone")
    client(world, "licences", "add", "few", "--seats", "1")
    client(world, "licences", "assign", "few", "--account", "ana")
    key = world.enrol("ana")
    begun = world.begin("ana")
    for number in range(4):
        assert world.refusal("recovery.answer", handle=begun["handle"], choice=2, code=f"{number:06d}") == "refused"
    client(world, "accounts", "remove", "ana")
    assert world.refusal("signin.authenticate", account="ana", password=PASSWORD) == "refused"
    assert plans(world)["few"] == (0, 1, False)
    assert world.add("ana", password=NEW_PASSWORD) != first
    shown = world.call("accounts.show", account="ana")
    assert (shown["role"], shown["methods"], shown.get("uid"), shown.get("language")) == ("user", [], None, None)
    assert world.call("accounts.explain", account="ana")["groups"] == []
    assert unmet(world, "ana") == ["licensed", "selected", "registered"]
    assert world.refusal("signin.authenticate", account="ana", password=PASSWORD) == "refused"
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=2, code=app_code(key)) == "refused"
    # Wrong proofs of the earlier one are not counted: the later one has all of its five.
    again = world.begin("ana")
    for _ in range(5):
        assert world.refusal("recovery.answer", handle=again["handle"], choice=again["methods"][0]["choice"], code="00000000") == "refused"
    assert world.refusal("recovery.begin", account="ana", purpose="reset") == "throttled"
