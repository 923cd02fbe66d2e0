"""Attacks of spec/attacks.md: the reset's logic. Beside each test stands the guard that it defends."""

import random
import sqlite3
import time

import pytest
import sspr
from harness import NEW_PASSWORD, PASSWORD, Daemon, World, app_code, as_uid, fake_clock, needs_root


def test_attack_A1_destination_is_never_the_peers(world):
    """Guard: requests carry no destination, and unknown keys are refused (CBORDecoder(unknownKeys: .refuse))."""
    world.add("alice")
    world.enrol("alice")
    begun = world.begin("alice")
    number = sspr.CALLS["recovery.send"]["number"]
    choice = world.choice(begun, "email")
    smuggled = [
        {1: begun["handle"], 2: choice, 3: "mallory@example.net"},
        {1: begun["handle"], 2: [choice, "mallory@example.net"]},
        {1: begun["handle"], 2: "mallory@example.net"},
    ]
    with world.daemon.connect() as peer:
        for body in smuggled:
            with pytest.raises(sspr.Failed) as failed:
                peer.raw(number, sspr.encode(body))
            assert failed.value.name == "malformed"
    assert world.refusal("recovery.send", handle=begun["handle"], choice=77) == "refused"
    with world.daemon.connect() as peer:
        with pytest.raises(sspr.Failed) as failed:
            peer.raw(sspr.CALLS["recovery.begin"]["number"], sspr.encode({1: "alice", 2: "reset", 3: "m@example.net"}))
        assert failed.value.name == "malformed"
    world.call("recovery.send", handle=begun["handle"], choice=choice)
    while True:
        job = world.deliveries()[0]
        if job["kind"] == "recoveryCode":
            break
    assert job["contact"] == "alice@example.org"
    assert [d["kind"] for d in world.outbox].count("recoveryCode") == 1


def test_attack_A2_no_grant_without_all_proofs_of_one_recovery(world):
    """Guard: Recovery.accept counts the proven classes of this recovery's row."""
    for name in ("alice", "bob", "dave"):
        world.add(name)
    key = [world.enrol(name) for name in ("alice", "bob", "dave")][-1]
    # One right proof is never two, and two of two recoveries are not two of one.
    first, second = world.begin("dave"), world.begin("dave")
    code, email = world.mailed(first), world.choice(first, "email")
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    assert world.refusal("recovery.answer", handle=first["handle"], choice=email, code=wrong) == "refused"
    proven = [
        world.call("recovery.answer", handle=first["handle"], choice=email, code=code),
        world.call("recovery.answer", handle=second["handle"], choice=world.choice(second, "totp"), code=app_code(key)),
    ]
    assert [(reply["proofsMissing"], reply.get("grant")) for reply in proven] == [(1, None)] * 2
    dice = random.Random(2)
    handles, grants, names = [], [], ["alice", "bob", "carol", "ghost"]
    documented = set(sspr.FAILURES.values()) - {"internalError"}
    for _ in range(400):
        move = dice.randrange(5)
        try:
            if move == 0 or not handles:
                name = dice.choice(names)
                begun = world.begin(name)
                handles.append((begun["handle"], begun["methods"], name))
            elif move == 1:
                handle, methods, _ = dice.choice(handles)
                world.call("recovery.send", handle=handle, choice=dice.choice(methods)["choice"])
            elif move == 2:
                handle, methods, _ = dice.choice(handles)
                reply = world.call("recovery.answer", handle=handle, choice=dice.choice([1, 2, 3]), code="00000000")
                grants.append(reply.get("grant"))
            elif move == 3:
                handle, _, _ = dice.choice(handles)
                stranger = dice.choice(handles)[0]
                world.call("recovery.reset", account=dice.choice(names), grant=dice.choice([handle, stranger]), password=NEW_PASSWORD)
                raise AssertionError("a handle was taken for a grant")
            else:
                handle, _, _ = dice.choice(handles)
                world.call("recovery.cancel", handle=handle)
        except sspr.Failed as failed:
            assert failed.name in documented, failed
    assert not [g for g in grants if g]
    assert len(world.events("proof.answered", outcome="succeeded")) == 2, "a wrong code was accepted"
    assert world.events("recovery.granted") == [] and world.events("password.reset", outcome="succeeded") == []


def test_attack_A3_everything_carries_its_account(world):
    """Guard: Recovery.take compares the grant's account; codeHash binds a code to its recovery."""
    key_a, key_b = (world.add("alice"), world.enrol("alice"))[1], (world.add("bob"), world.enrol("bob"))[1]
    alice, bob = world.begin("alice"), world.begin("bob")
    code_b = world.mailed(bob)
    world.mailed(alice)
    # Not even the hash of bob's code in the row of alice's lets it in there.
    world.daemon.stop()
    with sqlite3.connect(next(world.daemon.state.glob("*.sqlite"))) as connection:
        rows = dict(connection.execute(
            "select accounts.name, codes.recovery from codes join recoveries on recoveries.id = codes.recovery"
            " join accounts on accounts.id = recoveries.account"))
        connection.execute("update codes set code = (select code from codes where recovery = ?) where recovery = ?",
                           (rows["bob"], rows["alice"]))
    connection.close()
    world.daemon.start()
    assert world.refusal("recovery.answer", handle=alice["handle"], choice=world.choice(alice, "email"), code=code_b) == "refused"
    charged = world.events("proof.answered", account="alice", outcome="refused")
    assert len(charged) == 1
    world.call("recovery.answer", handle=bob["handle"], choice=world.choice(bob, "email"), code=code_b)
    grant = world.call("recovery.answer", handle=bob["handle"], choice=world.choice(bob, "totp"), code=app_code(key_b))["grant"]
    assert world.refusal("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD) == "refused"
    world.call("signin.authenticate", account="alice", password=PASSWORD)
    world.call("recovery.reset", account="bob", grant=grant, password=NEW_PASSWORD)
    assert world.refusal("recovery.reset", account="bob", grant=grant, password=PASSWORD + "!") == "refused"
    world.call("signin.authenticate", account="bob", password=NEW_PASSWORD)
    assert key_a


def test_attack_A4_wrong_types_are_malformed_and_cost_nothing(world):
    """Guard: every field has one type; the validator refuses the rest before anything is evaluated."""
    world.add("alice")
    world.enrol("alice")
    begun = world.begin("alice")
    pid = world.daemon.process.pid
    wrong = [0, -1, True, False, [], {}, [0], {1: 0}, "0", "", b"", b"0", 2**64 - 1, ["x"], {1: b"x"}]
    before = len(world.audit())
    for name, body in {
        "recovery.answer": {1: begun["handle"], 2: 1, 3: "12345678"},
        "signin.authenticate": {1: "alice", 2: b"x" * 16},
        "recovery.reset": {1: "alice", 2: b"g" * 32, 3: b"p" * 16},
    }.items():
        for key, right in body.items():
            for value in wrong:
                if type(value) is type(right) and not (isinstance(value, (bytes, str)) and key in (1, 3) and name == "recovery.answer"):
                    continue
                with world.daemon.connect() as peer, pytest.raises(sspr.Failed) as failed:
                    peer.raw(sspr.CALLS[name]["number"], sspr.encode({**body, key: value}))
                assert failed.value.name == "malformed", (name, key, value)
    for text in (b"\xf9\x00\x00", b"\xfb" + b"\0" * 8, b"\xf6", b"\xc0\x00"):  # floats, null, a tag in the place of the code
        body = b"\xa3\x01\x58\x20" + begun["handle"] + b"\x02\x01\x03" + text
        with world.daemon.connect() as peer, pytest.raises(sspr.Failed) as failed:
            peer.raw(sspr.CALLS["recovery.answer"]["number"], body)
        assert failed.value.name == "malformed"
    assert len(world.audit()) == before, "something was evaluated"
    assert world.daemon.process.poll() is None and world.daemon.process.pid == pid


def test_attack_A5_no_delivered_secret_flows_to_the_requester(world):
    """Guard: the reply of recovery.send has no field for it; handles are drawn apart from codes."""
    world.add("alice")
    world.enrol("alice")
    seen = b""
    with world.daemon.connect() as peer:
        original = peer.receive_frame

        def recording():
            nonlocal seen
            frame = original()
            seen += frame[3]
            return frame

        peer.receive_frame = recording
        begun = peer.call("recovery.begin", account="alice", purpose="reset")
        choice = world.choice(begun, "email")
        peer.call("recovery.send", handle=begun["handle"], choice=choice)
        code = world.code("recoveryCode")
        peer.call("recovery.answer", handle=begun["handle"], choice=choice, code=code)
    for length in range(6, len(code) + 1):
        for start in range(len(code) - length + 1):
            assert code[start:start + length].encode() not in seen
    packed = int(code).to_bytes(4, "big")
    assert packed not in seen and seen


def test_attack_A6_a_code_works_once_and_not_after_its_time(folder):
    """Guard: CodeRow.isSpent, expiresAt and replacement; a reset voids whatever was under way."""
    clock = folder / "clock"
    clock.write_text("+0")
    daemon = Daemon(folder, env=fake_clock(clock)).start()
    world = World(daemon)
    try:
        world.add("alice")
        key = world.enrol("alice")
        # A used one.
        begun = world.begin("alice")
        code = world.mailed(begun)
        email = world.choice(begun, "email")
        world.call("recovery.answer", handle=begun["handle"], choice=email, code=code)
        assert world.refusal("recovery.answer", handle=begun["handle"], choice=email, code=code) == "refused"
        # An expired one.
        late = world.begin("alice")
        old = world.mailed(late)
        clock.write_text("+601s")
        assert world.refusal("recovery.answer", handle=late["handle"], choice=email, code=old) == "refused"
        # A superseded one: the newer works.
        newer = world.begin("alice")
        first = world.mailed(newer)
        clock.write_text("+670s")
        second = world.mailed(newer)
        assert world.refusal("recovery.answer", handle=newer["handle"], choice=email, code=first) == "refused"
        shifted = time.time() + 670
        proven = world.call("recovery.answer", handle=newer["handle"], choice=email, code=second)
        assert proven["proofsMissing"] == 1
        # After another reset everything under way is void.
        other = world.begin("alice")
        grant = world.call("recovery.answer", handle=newer["handle"], choice=world.choice(newer, "totp"),
                           code=app_code(key, at=shifted))["grant"]
        world.call("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
        assert world.refusal("recovery.send", handle=other["handle"], choice=email) == "refused"
        assert world.refusal("recovery.reset", account="alice", grant=grant, password=PASSWORD) == "refused"
    finally:
        daemon.stop()


def test_attack_A13_look_alike_names_reach_nobody(world):
    """Guard: AccountName accepts one normal form and compares bytes."""
    world.add("alice")
    world.enrol("alice")
    world.outbox.clear()
    for name in ("alicé", "аlice", "ａlice", "alice ", " alice", "ali\u200bce", "alice\n", "alice\0", "al\u0131ce", "alice\u0301", ""):
        assert world.refusal("recovery.begin", account=name, purpose="reset") == "malformed", name
    for name in ("Alice", "ALICE", "alice."):
        begun = world.begin(name)
        world.call("recovery.send", handle=begun["handle"], choice=world.choice(begun, "email"))
    with world.daemon.connect(timeout=2) as courier, pytest.raises(TimeoutError):
        while True:
            job = courier.call("agents.claimDelivery")["job"]
            assert job is None or job["kind"] != "recoveryCode", "a look-alike was mailed"


def test_attack_A14_handles_are_unpredictable(folder):
    """Guard: tokens are 32 bytes of the system's generator."""
    clock = folder / "clock"
    clock.write_text("@1893456000")  # both daemons begin in the same second
    seen = set()
    for number in (1, 2):
        place = folder / str(number)
        place.mkdir()
        daemon = Daemon(place, env=fake_clock(clock)).start()
        try:
            for _ in range(25):
                with daemon.connect() as client:
                    seen.add(client.call("recovery.begin", account=f"ghost{number}", purpose="reset")["handle"])
        finally:
            daemon.stop()
    assert len(seen) == 50 and all(len(handle) == 32 for handle in seen)
    bits = sum(byte.bit_count() for handle in seen for byte in handle)
    assert 0.45 < bits / (50 * 256) < 0.55


def test_attack_A10_a_grant_dies_when_its_account_is_disabled(world):
    """Guard: Recovery.eligibleAccount is asked again when a grant is used."""
    world.add("alice")
    grant = world.grant("alice", world.enrol("alice"))
    world.call("accounts.enable", account="alice", isEnabled=False)
    assert world.refusal("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD) == "refused"
    world.call("accounts.enable", account="alice", isEnabled=True)
    world.call("signin.authenticate", account="alice", password=PASSWORD)
    world.verify()


def test_attack_A7_a_reset_is_no_sign_in_and_leaves_the_methods(world):
    """Guard: Recovery.accept grants when every proof is there; ResetPassword.Reply is empty; PasswordSetter.complete touches no method."""
    world.add("alice")
    key = world.enrol("alice")
    before = [(method["id"], method["kind"]) for method in world.call("registration.describe", account="alice")["methods"]]
    begun = world.begin("alice")
    half = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=world.mailed(begun))
    assert (half["proofsMissing"], half.get("grant")) == (1, None)
    assert world.refusal("recovery.reset", account="alice", grant=bytes(32), password=NEW_PASSWORD) == "refused"
    whole = world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=app_code(key))
    assert world.call("recovery.reset", account="alice", grant=whole["grant"], password=NEW_PASSWORD) == {}
    after = [(method["id"], method["kind"]) for method in world.call("registration.describe", account="alice")["methods"]]
    assert after == before and len(after) == 2
    # Whoever has the new password is where anybody with a password is: no method can be taken away with it alone.
    handle = world.call("registration.prove", account="alice", password=NEW_PASSWORD)["handle"]
    assert world.refusal("registration.remove", handle=handle, method=after[0][0]) == "refused"


def field_names(form):
    """The names of all fields of a reply, however deep."""
    for field in form.get("fields", []):
        yield field["name"]
        yield from field_names(field["value"])
    if "of" in form:
        yield from field_names(form["of"])


@needs_root
def test_attack_A12_staff_see_no_code_and_set_no_password(folder):
    """Guard: the calls that complete a recovery are not the administrator's; replies of theirs have no field for a code or a password."""
    staff = 1005
    daemon = Daemon(folder, configuration=f"temporaryPass: true\nroles: {{administrator: {{users: [{staff}]}}}}\n").start()
    try:
        # This process helps and carries messages, as root does by default; the administrator is somebody else.
        world = World(daemon)

        def by_staff(name, **fields):
            return as_uid(staff, daemon.socket, [(name, fields)])[0]

        def refused(name, **fields):
            kind, what = by_staff(name, **fields)
            assert kind == "failure" and what in ("denied", "refused"), (name, kind, what)

        added = {"account": "alice", "password": PASSWORD, "uid": 1006}
        assert by_staff("accounts.add", **added)[0] == "reply"
        # Who brings an account in chooses its first password, and never a later one.
        assert by_staff("accounts.add", **added) == ("failure", "conflict")
        key = world.enrol("alice")
        for name, fields in (("recovery.begin", {"purpose": "reset"}), ("registration.prove", {"password": PASSWORD}),
                             ("signin.change", {"current": PASSWORD, "new": NEW_PASSWORD})):
            refused(name, account="alice", **fields)
        refused("agents.claimDelivery")
        # With all that a recovery has: what staff may not do with it, the helper does.
        begun = world.begin("alice")
        proofs = [("email", world.mailed(begun)), ("totp", app_code(key))]
        for kind, code in proofs:
            step = {"handle": begun["handle"], "choice": world.choice(begun, kind), "code": code}
            refused("recovery.answer", **step)
            grant = world.call("recovery.answer", **step).get("grant")
        refused("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
        refused("recovery.unlock", account="alice", grant=grant)
        assert world.call("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD) == {}
        secrets = {"code", "password", "grant", "handle", "key", "codes"}
        for name, call in sspr.CALLS.items():
            if name.startswith(("accounts.", "agents.list", "audit.")):
                assert not secrets & set(field_names(call["reply"])), name
    finally:
        daemon.stop()


def test_attack_D12_who_takes_over_a_uid_takes_over_no_factor(folder):
    """Guard: every row names an immutable account number; Accounts.remove leaves none behind."""
    daemon = Daemon(folder).start()
    try:
        world = World(daemon)
        first = world.add("alice", uid=1000)
        key = world.enrol("alice")
        begun = world.begin("alice")
        assert world.refusal("accounts.add", account="mallory", password=PASSWORD, uid=1000) == "conflict"
        world.call("accounts.remove", account="alice")
        for name in ("mallory", "alice"):
            second = world.call("accounts.add", account=name, password=PASSWORD, uid=1000)["id"]
            assert second != first
            shown = world.call("accounts.show", account=name)
            assert shown["methods"] == [], "nothing was inherited"
            assert world.refusal("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"),
                                 code=app_code(key)) == "refused"
            world.call("accounts.remove", account=name)
        assert world.refusal("signin.authenticate", account="alice", password=PASSWORD) == "refused"
        assert len(world.events("account.removed")) == 3
        world.verify()
    finally:
        daemon.stop()
