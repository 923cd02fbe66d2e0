"""Attacks of spec/attacks.md: enumeration and oracles. Sameness is structural: bytes, transactions, hashes (decision 0013)."""

import itertools
import pathlib
import re
import sqlite3

import pytest
import sspr
from harness import SYNCS, Daemon, World, resident_kib, traced, wait_until


def shape(value):
    """A reply without what is random by design: tokens and moments keep their type and length only."""
    if isinstance(value, bytes):
        return ("bytes", len(value))
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    if isinstance(value, int) and value > 10**9:
        return "moment"
    if isinstance(value, str) and "•" in value:
        return re.sub(r"^.(•••@•••\.)...$", r"?\1???", value)
    return value


def conversation(world, name):
    """Everything that a stranger may try with a name, as (call, shape of what came back)."""
    seen = []

    def attempt(call, **fields):
        try:
            reply = world.call(call, **fields)
            seen.append((call, shape(reply)))
            return reply
        except sspr.Failed as failed:
            seen.append((call, failed.name, failed.retry_after is not None))
            return None

    attempt("signin.authenticate", account=name, password="certainly not the one")
    attempt("signin.change", account=name, current="certainly not the one", new="another good sentence")
    attempt("registration.prove", account=name, password="certainly not the one")
    begun = attempt("recovery.begin", account=name, purpose="reset")
    attempt("recovery.send", handle=begun["handle"], choice=1)
    attempt("recovery.send", handle=begun["handle"], choice=1)
    attempt("recovery.send", handle=begun["handle"], choice=2)
    attempt("recovery.send", handle=begun["handle"], choice=3)
    attempt("recovery.answer", handle=begun["handle"], choice=1, code="00000000")
    attempt("recovery.answer", handle=begun["handle"], choice=2, code="000000")
    attempt("recovery.answer", handle=begun["handle"], choice=9, code="000000")
    attempt("recovery.cancel", handle=begun["handle"])
    return seen


def populate(world):
    """alice is registered, carol is not, dora is registered and disabled; ghost does not exist."""
    for name in ("alice", "carol", "dora"):
        world.add(name)
    for name in ("alice", "dora"):
        world.enrol(name)
    world.call("accounts.enable", account="dora", isEnabled=False)


def test_attack_C1_known_and_unknown_names_walk_the_same_path(world):
    """Guard: decoys (Recovery.fresh), the decoy verifier (PasswordCheck.compare), strangers' counters."""
    populate(world)
    expected = conversation(world, "alice")
    for name in ("carol", "dora", "ghost"):
        assert conversation(world, name) == expected, name


@pytest.mark.parametrize("name", ["carol", "ghost"])
def test_attack_C1_known_and_unknown_names_cost_the_same_syncs(folder, name):
    """Guard: the same number of transactions for everybody, counted from outside."""
    counts = {}
    daemon = Daemon(folder).start()
    world = World(daemon)
    try:
        populate(world)
        for account in ("alice", name):
            with traced(daemon, folder / account, SYNCS) as log:
                conversation(world, account)
            counts[account] = log.read_text().count("sync(")
    finally:
        daemon.stop()
    assert counts["alice"] == counts[name] > 0, counts


@pytest.mark.parametrize("name", ["alice", "ghost"])
def test_attack_C1_an_unknown_names_password_is_hashed_too(folder, name):
    """Guard: the decoy verifier (PasswordCheck.compare). The memory of the first hash stays with its thread, so it can be seen."""
    memory = 128 * 1024
    daemon = Daemon(folder, hashing=f"hashing: {{passes: 1, memoryKiB: {memory}}}\n").start()
    world = World(daemon)
    try:
        world.add("alice")
        daemon.stop()
        daemon.start()
        before = resident_kib(daemon.process.pid)
        assert world.refusal("signin.authenticate", account=name, password="certainly not the one") == "refused"
        assert resident_kib(daemon.process.pid) - before > memory * 3 // 4
    finally:
        daemon.stop()


def test_attack_C1_another_cost_does_not_tell_who_is_known(folder):
    """Guard: the decoy verifier costs what somebody's costs (SecretHasher.decoy(like:)), not what is configured by now."""
    daemon = Daemon(folder, hashing="hashing: {passes: 1, memoryKiB: 8192}\n").start()
    world = World(daemon)
    try:
        world.add("alice")
        daemon.stop()
        memory = 128 * 1024
        daemon.configuration.write_text(f"hashing: {{passes: 1, memoryKiB: {memory}}}\n")
        daemon.start()
        before = resident_kib(daemon.process.pid)
        for name in ("alice", "ghost"):
            assert world.refusal("signin.authenticate", account=name, password="certainly not the one") == "refused"
        assert resident_kib(daemon.process.pid) - before < memory // 2
    finally:
        daemon.stop()


@pytest.mark.parametrize("call", ["signin.authenticate", "recovery.answer"])
def test_attack_C1_known_and_unknown_names_write_as_many_pages(folder, call):
    """Guard: counters_by_last, counter_tally and counters_past hold everybody. More pages take the disk longer, and that can be timed."""
    daemon = Daemon(folder).start()
    world = World(daemon)
    # A peer may begin 30 recoveries a minute.
    people = [f"person{number:02d}" for number in range(14)]
    strangers = [f"nobody{number:02d}" for number in range(14)]
    handles = {}

    def mistype(name):
        if call == "signin.authenticate":
            return world.refusal(call, account=name, password="certainly not the one")
        return world.refusal(call, handle=handles[name], choice=1, code="00000000")

    pages = {}
    try:
        for name in people:
            world.add(name)
            if call == "recovery.answer":
                world.enrol(name, app=False)
        if call == "recovery.answer":
            for name in people + strangers:
                handles[name] = world.begin(name)["handle"]
                # The first mistake makes a counter, the next ones change it.
                assert mistype(name) == "refused"
        for names in (people, strangers):
            with traced(daemon, folder / names[0], "pwrite64", "-y", "-s", "1") as log:
                assert {mistype(name) for name in names} == {"refused"}
            # A page in the log of SQLite is written with its own call, after a call for its header.
            pages[names[0]] = len(re.findall(r"-wal>, .*, 4096, ", log.read_text()))
    finally:
        daemon.stop()
    # A table's page may have been split on the way, once or twice in all of them.
    assert abs(pages["person00"] - pages["nobody00"]) < len(people) // 2 <= pages["person00"], pages


def test_attack_C2_the_answer_never_waits_for_delivery(world):
    """Guard: recovery.send queues an outbox row and answers; a decoy's row has the same size."""
    populate(world)
    # No courier is there at all.
    before = queued(world.daemon)
    for name in ("alice", "ghost"):
        begun = world.begin(name)
        reply = world.call("recovery.send", handle=begun["handle"], choice=1)
        assert set(reply) == {"expiresAt", "resendAt", "questions"}
        written = queued(world.daemon)
        assert len(written) == len(before) + 1, f"{name}: {len(written) - len(before)} rows"
        before = written
    assert len(set(written)) == 1, written


def queued(daemon):
    """The lengths of the messages that wait, in order of length."""
    with sqlite3.connect(f"file:{next(daemon.state.glob('*.sqlite'))}?mode=ro", uri=True) as connection:
        return sorted(row[0] for row in connection.execute("select length(payload) from deliveries"))


def test_attack_C3_throttles_exist_for_ghosts(world):
    """Guard: strangers are charged under a keyed hash of the name."""
    populate(world)
    changes = {}
    for name in ("alice", "ghost", "carol"):
        results = []
        begun = world.begin(name)
        for number in range(8):
            with pytest.raises(sspr.Failed) as failed:
                world.call("recovery.answer", handle=begun["handle"], choice=2, code=f"{number:06d}")
            results.append(failed.value.name)
        results.append(world.refusal("recovery.begin", account=name, purpose="reset"))
        changes[name] = results
    assert changes["alice"] == changes["ghost"] == changes["carol"] == ["refused"] * 5 + ["throttled"] * 4


def test_attack_C4_decoys_are_stable_and_of_equal_shape(world):
    """Guard: Surroundings.place is a keyed hash of the name; Decoys.lookalike picks somebody registered by it."""
    populate(world)
    offered = {}
    for name in ("alice", "ghost", "carol", "1ghost", "zghost"):
        first, second = world.begin(name)["methods"], world.begin(name)["methods"]
        assert first == second, name
        offered[name] = first
    assert len({repr(shape(methods)) for methods in offered.values()}) == 1
    world.daemon.stop()
    world.daemon.start()
    assert world.begin("ghost")["methods"] == offered["ghost"]
    # Alice's and Dora's addresses begin like their names.
    assert [offered[name][0]["hint"][0] for name in ("alice", "ghost", "carol", "1ghost", "zghost")] == list("agc1z")


def test_attack_C4_strangers_have_the_shapes_of_the_registered(folder):
    """Guard: Decoys.lookalike; an account is not known to exist by having two addresses, nor by where they end."""
    daemon = Daemon(folder, configuration="recovery: {coolingOffHours: 0}\n").start()
    world = World(daemon)
    try:
        plain, unusual = ("alice", "adele", "anna", "arno"), ("berta", "bea", "bruno", "boris")
        for name in plain + unusual:
            world.add(name)
            world.enrol(name)
        for name in unusual:
            world.enrol(name, email="else@example.de", app=False)

        begun = itertools.count(1)

        def seen(name):
            # One caller begins 30 recoveries a minute; a daemon that has just started has counted none.
            if next(begun) % 25 == 0:
                daemon.stop()
                daemon.start()
            return repr(world.begin(name)["methods"]).replace(f"{name[0]}•", "?•")

        registered = {seen(name) for name in plain + unusual}
        assert len(registered) == 2
        # Where an account stands among the strangers is drawn at the daemon's first start: four of each shape share
        # the names so unevenly that 200 of them meet one shape only once in a million times.
        strangers = {}
        while set(strangers.values()) != registered and len(strangers) < 200:
            name = f"g{len(strangers)}"
            strangers[name] = seen(name)
        assert set(strangers.values()) == registered
        daemon.stop()
        daemon.start()
        assert {name: seen(name) for name in strangers} == strangers, "not the same as before"
    finally:
        daemon.stop()


def test_attack_C5_no_inner_text_leaves_the_daemon(folder):
    """Guard: FailureMapping knows a closed set; the failure frame has no free text of ours."""
    daemon = Daemon(folder).start()
    world = World(daemon)
    try:
        world.add("alice")
        world.enrol("alice")
        # A damaged row: alice's sealed address is overwritten in the stopped daemon's file.
        daemon.stop()
        database = next(daemon.state.glob("*.sqlite*"))
        connection = sqlite3.connect(database)
        tables = [row[0] for row in connection.execute("select name from sqlite_master where type='table'")]
        method = next(table for table in tables if table in ("method", "methods"))
        columns = [row[1] for row in connection.execute(f"pragma table_info({method})")]
        payload = next(column for column in columns if "payload" in column and "key" not in column)
        connection.execute(f"update {method} set {payload} = zeroblob(length({payload}))")
        connection.commit()
        connection.close()
        daemon.start()
        with daemon.connect() as peer:
            number = sspr.CALLS["recovery.begin"]["number"]
            peer.send_frame(number, sspr.encode({1: "alice", 2: "reset"}))
            kind, _, _, body = peer.receive_frame()
        assert kind == sspr.FAILURE
        import cbor2
        assert cbor2.loads(body) == {1: next(k for k, v in sspr.FAILURES.items() if v == "internalError")}
        world.verify()
    finally:
        daemon.stop()


def test_attack_C6_secrets_are_compared_in_one_place():
    """Guard: constantTimeEqual. That it takes the same time is measured by `make bench`; that nothing else compares is shown here."""
    root = pathlib.Path(__file__).resolve().parents[3]
    secret = r"(tag|hash|code|handle|grant|mistake|token|digest)"
    suspicious = re.compile(rf"\.{secret}\s*==\s*[^.\s]|==\s*[\w.]+\.{secret}\b")
    found = []
    for room in ("Domain", "Crypto"):
        for source in (root / "Sources/ssprd" / room).rglob("*.swift"):
            for number, line in enumerate(source.read_text().splitlines(), 1):
                if suspicious.search(line) and not line.lstrip().startswith("//"):
                    found.append(f"{source.relative_to(root)}:{number}: {line.strip()}")
    assert found == [], "\n".join(found)
