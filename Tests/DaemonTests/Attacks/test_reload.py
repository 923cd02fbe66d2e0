"""The configuration of a running daemon is read again: whole or not at all, each call under one, nobody disturbed (F7; decision 32)."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time

import pytest
import sspr
from harness import NEW_PASSWORD, World, app_code, client_program, needs_root, program, wait_until
from reloading import Telling, reload, roles, start, stranger

__all__ = ["start", "stranger"]

ROUNDS = int(os.environ.get("SSPR_RELOADS", "1000"))
CANDIDATE = "correct horse fabrikam battery"

# Two configurations that differ in everything that the calls below show. The other one of each pair would be a mixture.
LEFT = """passwords: {minimumLength: 20, organisation: fabrikam}
recovery: {proofs: 1}
registration: {postponements: 7}
helpDesk: {contact: the left desk}
"""
RIGHT = """passwords: {minimumLength: 8, banned: [correct]}
recovery: {undoHours: 3}
helpDesk: {contact: the right desk}
"""
SHOWN = {
    "left": {"passwords.minimumLength": ("20", "configuration"), "recovery.proofs": ("1", "configuration"),
             "recovery.undoHours": ("24", "release"), "registration.postponements": ("7", "configuration")},
    "right": {"passwords.minimumLength": ("8", "configuration"), "recovery.proofs": ("2", "release"),
              "recovery.undoHours": ("3", "configuration"), "registration.postponements": ("3", "release")},
}
CHECKED = {"left": ("containsOrganisation", 20), "right": ("none", 8)}


def fields(client):
    """The settings of the two configurations that one call shows, and the name of the configuration that they are."""
    found = {s["field"]: (s["value"], s["origin"]) for s in client.call("policy.show")["settings"]}
    return {name: found[name] for name in SHOWN["left"]}


def name_of(shown):
    names = [name for name, expected in SHOWN.items() if expected == shown]
    assert names, f"a mixture: {shown}"
    return names[0]


# What is read again --------------------------------------------------------------------------------------------------------------


def test_a_reload_says_what_has_changed_at_once_and_in_the_trail(start):
    world = start(LEFT)
    with world.daemon.connect() as client:
        assert fields(client) == SHOWN["left"] and client.call("service.hello")["helpDesk"] == "the left desk"
        changes = reload(world, RIGHT)
        assert fields(client) == SHOWN["right"] and client.call("service.hello")["helpDesk"] == "the right desk"
    assert changes == {
        "passwords.minimumLength": ("20", "8"), "recovery.proofs": ("1", "2"), "recovery.undoHours": ("24", "3"),
        "registration.postponements": ("7", "3"), "passwords.organisation": ("fabrikam", ""),
        "passwords.banned": changes["passwords.banned"], "helpDesk.contact": ("the left desk", "the right desk"),
    }
    assert changes["passwords.banned"][1].endswith("words: 1 new, 0 gone")
    done = world.events("configuration.reloaded")
    assert [(e["outcome"], e["actor"]) for e in done] == [("succeeded", {"uid": 0, "role": "administrator"})]
    told = world.events("configuration.changed")
    assert {e["change"]["field"]: (e["change"]["before"], e["change"]["after"]) for e in told} == changes
    assert reload(world, RIGHT) == {} and len(world.events("configuration.changed")) == len(told)
    world.verify()


def test_a_policy_document_still_wins_and_the_rest_follows_the_file(start):
    world = start(LEFT)
    world.call("policy.apply", document="passwords: {minimumLength: 30}", reason="a test", base=0)
    reload(world, RIGHT)
    with world.daemon.connect() as client:
        shown = fields(client)
    assert shown["passwords.minimumLength"] == ("30", "document")
    assert shown["recovery.undoHours"] == ("3", "configuration")


def test_global_administrators_are_mailed_when_the_policy_is_another_one(start):
    world = start(LEFT)
    world.add("chief", role="globalAdministrator")
    world.enrol("chief")
    reload(world, LEFT.replace("left desk", "other desk"))
    reload(world, RIGHT)
    wait_until(lambda: world.deliveries()[0]["kind"] == "policyChanged", what="the notice")
    assert [job["kind"] for job in world.outbox].count("policyChanged") == 1, "the desk of the first reload is no policy"


def test_sighup_reloads_and_tells_the_service_manager(start):
    world = start(LEFT)
    world.daemon.write(RIGHT)
    assert world.daemon.hang_up()["READY"] == "1"
    with world.daemon.connect() as client:
        assert fields(client) == SHOWN["right"]
    [event] = world.events("configuration.reloaded", outcome="succeeded")
    assert event["actor"] == {"uid": os.geteuid()}, "nobody called: the daemon did it"
    world.daemon.write("phones: maybe\n")
    told = world.daemon.hang_up()
    assert told["READY"] == "1" and "failed" in told["STATUS"]
    [event] = world.events("configuration.reloaded", outcome="refused")
    assert event["reason"] == "badConfiguration"
    assert 'ssprd.yaml:1: phones cannot be "maybe". Allowed: true or false.' in world.daemon.log.read_text()
    world.daemon.write(LEFT)
    assert "failed" not in world.daemon.hang_up()["STATUS"]
    with world.daemon.connect() as client:
        assert fields(client) == SHOWN["left"]


def test_an_administrator_reloads_from_the_command_line(start):
    world = start(LEFT)

    def run(status, *more):
        done = subprocess.run([client_program(), "service", "reload", "--socket", str(world.daemon.socket), *more],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == status, (done.stdout, done.stderr)
        return done

    world.daemon.write(RIGHT)
    done = run(0)
    assert "recovery.proofs: 1 -> 2\n" in done.stdout and "The configuration file is in force." in done.stderr
    assert json.loads(run(0, "--json").stdout) == {"changes": []}
    world.daemon.write("questions: true\nrecovery: {proof: 2}\n")
    done = run(65)
    assert "ssprd.yaml:2: recovery.proof is no key; the nearest is recovery.proofs" in done.stderr and "check-config" in done.stderr


def test_the_files_that_it_names_are_read_again(start, folder):
    words, known = folder / "words", folder / "known"
    listed = folder / "list.txt"

    def build(*passwords):
        listed.write_text("".join(password + "\n" for password in passwords))
        subprocess.run([program("ssprd"), "filter", "build", "--from", str(listed), "--output", str(known)],
                       check=True, capture_output=True, timeout=60)

    words.write_text("zanzibar\n")
    build("a sentence that is known")
    text = f"passwords: {{minimumLength: 8, banned: {words}, breached: {known}}}\n"
    world = start(text)

    def rule(password):
        return world.call("signin.checkPassword", account="ana", password=password).get("rule")

    assert rule("a sentence that is known") == "breached" and rule("quite another known one") is None
    assert rule("zanzibarzanzibar") == "banned" and rule("quixoticquixotic") != "banned"
    words.write_text("quixotic\n")
    build("quite another known one")
    assert rule("zanzibarzanzibar") == "banned", "nobody has asked for a reload"
    changes = reload(world, text)
    assert changes["passwords.banned"][1].endswith(": 1 new, 1 gone") and set(changes) == {"passwords.banned", "passwords.breached"}
    assert rule("a sentence that is known") is None and rule("quite another known one") == "breached"
    assert rule("zanzibarzanzibar") != "banned" and rule("quixoticquixotic") == "banned"


@pytest.mark.parametrize("text, words, reason", [
    ("phones: maybe\n", 'ssprd.yaml:1: phones cannot be "maybe". Allowed: true or false.', "badConfiguration"),
    ("phones: true\n[", "not YAML", "badConfiguration"),
    ("recovery: {profs: 1}\n", "recovery.profs is no key; the nearest is recovery.proofs", "badConfiguration"),
    ("passwords: {banned: /nowhere/words}\n", "/nowhere/words", "badConfiguration"),
    ("passwords: {breached: /nowhere/filter}\n", "/nowhere/filter", "badConfiguration"),
    ("roles: {administrator: {users: [65534]}}\n", "65534 cannot be administrator", "badConfiguration"),
    (RIGHT + "socket: /tmp/elsewhere\n", "to /tmp/elsewhere, which a reload cannot. Allowed: the former values, or a restart.", "needsRestart"),
    (RIGHT + "state: /tmp/elsewhere\n", "it changes state from", "needsRestart"),
    (RIGHT + "keys: /tmp/elsewhere\n", "it changes keys from", "needsRestart"),
    (RIGHT + "hashing: {passes: 2, memoryKiB: 8192}\n", "it changes hashing.passes from 1 to 2", "needsRestart"),
])
def test_a_file_that_is_not_good_changes_nothing(start, folder, text, words, reason):
    world = start(LEFT)
    # Started without options that would win over the file.
    world.daemon.stop()
    places = {"socket": world.daemon.socket, "state": world.daemon.state, "keys": world.daemon.keys}
    own = {key: f"{key}: {path}\n" for key, path in places.items() if f"{key}: /tmp" not in text}
    world.daemon.command = lambda: [program("ssprd"), "serve", "--config", str(world.daemon.configuration)]
    world.daemon.write(LEFT + "".join(f"{key}: {path}\n" for key, path in places.items()))
    world.daemon.manager.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while world.daemon.manager.recv(1024):
            pass
    world.daemon.manager.settimeout(30)
    world.daemon.start()
    if "hashing" in text:
        world.daemon.cost = ""
    world.daemon.write(text + "".join(own.values()))
    with world.daemon.connect() as client:
        with pytest.raises(sspr.Failed) as failed:
            client.call("configuration.reload")
        assert failed.value.name == "configurationRefused" and words in failed.value.text, failed.value.text
        assert fields(client) == SHOWN["left"] and client.call("service.hello")["helpDesk"] == "the left desk"
    assert "failed" in world.daemon.hang_up()["STATUS"]
    with world.daemon.connect() as client:
        assert fields(client) == SHOWN["left"]
    refused = world.events("configuration.reloaded")
    assert [(e["outcome"], e["reason"]) for e in refused] == [("refused", reason)] * 2
    assert not world.events("configuration.changed") and words in world.daemon.log.read_text()


def test_a_file_that_is_gone_changes_nothing(start):
    world = start(LEFT)
    world.daemon.configuration.unlink()
    with pytest.raises(sspr.Failed) as failed:
        world.call("configuration.reload")
    assert failed.value.name == "configurationRefused" and "ssprd.yaml" in failed.value.text
    with world.daemon.connect() as client:
        assert fields(client) == SHOWN["left"]


# Nobody is disturbed -------------------------------------------------------------------------------------------------------------


@needs_root
def test_connections_waits_and_recoveries_of_others_go_on(start, stranger):
    world = start(roles(stranger=True) + "questions: true\n")
    world.add("ana")
    key = world.enrol("ana")
    begun = world.begin("ana")
    with world.daemon.connect() as client, world.daemon.connect() as follower:
        code = world.mailed(begun)
        client.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "email"), code=code)
        follower.start("audit.follow", after=len(world.audit()))
        client.call("service.ping")
        reload(world, roles(stranger=False) + "questions: false\nhelpDesk: {contact: moved}\n")
        # The follower was waiting, and hears of the reload itself.
        assert [r["event"]["kind"] for r in follower.finish("audit.follow")["records"]][:1] == ["configuration.reloaded"]
        proven = client.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=app_code(key))
        client.call("recovery.reset", account="ana", grant=proven["grant"], password=NEW_PASSWORD)
    assert world.call("signin.authenticate", account="ana", password=NEW_PASSWORD) is not None


def test_attack_F7_each_call_sees_one_configuration(start):
    world = start(LEFT)
    stop = threading.Event()
    seen = {"left": 0, "right": 0}
    faults = []

    def show():
        with world.daemon.connect() as client:
            while not stop.is_set():
                seen[name_of(fields(client))] += 1

    def hello():
        with world.daemon.connect() as client:
            while not stop.is_set():
                assert client.call("service.hello")["helpDesk"] in ("the left desk", "the right desk")

    def check():
        with world.daemon.connect() as client:
            while not stop.is_set():
                with contextlib.suppress(sspr.Failed):  # its rate
                    told = client.call("signin.checkPassword", account="ana", password=CANDIDATE)
                    assert (told.get("rule", "none"), told["minimumLength"]) in CHECKED.values(), told
                time.sleep(0.02)

    def guarded(job):
        try:
            job()
        except BaseException as error:  # noqa: BLE001  (told below, whatever it is)
            faults.append(repr(error))

    threads = [threading.Thread(target=guarded, args=(job,)) for job in (show, show, show, hello, check)]
    for thread in threads:
        thread.start()
    try:
        with world.daemon.connect() as administrator, world.daemon.connect() as reader:
            for number in range(ROUNDS):
                side, text = (("right", RIGHT), ("left", LEFT))[number % 2]
                world.daemon.write(text)
                administrator.call("configuration.reload")
                # A call that begins after the acknowledgement sees the new one.
                assert name_of(fields(reader)) == side
                assert reader.call("service.hello")["helpDesk"] == f"the {side} desk"
                assert not faults, faults
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not faults, faults
    assert min(seen.values()) > ROUNDS / 20, seen
    assert len(world.daemon.log.read_text().splitlines()) > ROUNDS
    world.verify()


def test_a_storm_of_sighups_loses_no_call_and_delays_no_end(start):
    world = start(LEFT)
    stop = threading.Event()

    def storm():
        while not stop.is_set():
            with contextlib.suppress(ProcessLookupError):
                os.kill(world.daemon.process.pid, signal.SIGHUP)

    def drain():
        world.daemon.manager.settimeout(0.1)
        while not stop.is_set():
            with contextlib.suppress(OSError):
                world.daemon.manager.recv(1024)

    threads = [threading.Thread(target=job) for job in (storm, drain)]
    for thread in threads:
        thread.start()
    try:
        with world.daemon.connect() as client:
            for number in range(60):
                world.daemon.write((LEFT, RIGHT)[number % 2])
                client.call("service.ping")
                name_of(fields(client))
        wait_until(lambda: len(world.events("configuration.reloaded")) > 20, what="twenty reloads")
        assert world.daemon.stop() == 0, "SIGTERM comes first"
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert "stopped" in world.daemon.log.read_text()


def test_a_reload_that_comes_while_another_is_under_way_is_told_busy_or_done(start):
    world = start(LEFT)
    outcomes = []

    def ask():
        with world.daemon.connect() as client:
            for _ in range(30):
                try:
                    client.call("configuration.reload")
                    outcomes.append("done")
                except sspr.Failed as failed:
                    outcomes.append(failed.name)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(outcomes) <= {"done", "busy"} and outcomes.count("done") >= 1, outcomes
    assert len(world.events("configuration.reloaded")) == outcomes.count("done")


def test_sighup_during_the_start_ends_nothing(start, folder):
    daemon = Telling(folder, LEFT)
    daemon.spawn()
    status = f"/proc/{daemon.process.pid}/status"

    def blocks():
        masks = [line.split()[1] for line in open(status) if line.startswith("SigBlk")]
        return masks and int(masks[0], 16) & 1

    wait_until(blocks, what="SIGHUP held back")
    os.kill(daemon.process.pid, signal.SIGHUP)
    world = World(daemon)
    wait_until(daemon.answers, what="the first answer")
    wait_until(lambda: world.events("configuration.reloaded", outcome="succeeded"), what="the reload")
    # And during the end.
    os.kill(daemon.process.pid, signal.SIGTERM)
    while daemon.process.poll() is None:
        os.kill(daemon.process.pid, signal.SIGHUP)
    assert daemon.process.returncode == 0
    daemon.manager.close()
