"""New passwords against the rules, with the real daemon and the real client (feature F7)."""

import json
import subprocess

import pytest
import sspr
from harness import PASSWORD, Daemon, World, client_program, program

CONFIGURATION = "passwords: {minimumLength: 8, organisation: Northwind, banned: [contoso, blank]}\n"


@pytest.fixture
def world(folder):
    daemon = Daemon(folder, CONFIGURATION).start()
    yield World(daemon)
    daemon.stop()


def check(world, password, *arguments, account="alice"):
    return subprocess.run(
        [client_program(), "--socket", world.daemon.socket, "password", "check", account, *arguments],
        input=password + "\n", capture_output=True, text=True, timeout=60)


def test_a_weak_password_is_explained_before_and_when_it_is_chosen(world):
    world.add("alice")
    ended = check(world, "C0ntos0Blank12")
    assert ended.returncode == 65 and "4 of 5 points" in ended.stderr and "(contoso, blank)" in ended.stderr
    said = json.loads(check(world, "C0ntos0Blank12", "--json").stderr)["error"]
    assert (said["rule"], said["points"], said["found"]) == ("banned", 4, ["contoso", "blank"])
    with pytest.raises(sspr.Failed) as failed:
        world.call("signin.change", account="alice", current=PASSWORD, new="C0ntos0Blank12")
    assert (failed.value.rule, failed.value.points, failed.value.found) == ("banned", 4, ["contoso", "blank"])
    told = world.call("signin.checkPassword", account="alice", password="C0ntos0Blank12")
    assert (told["points"], told["pointsNeeded"], told["minimumLength"]) == (4, 5, 8)
    ended = check(world, "ContoS0Bl@nkf9!")
    assert ended.returncode == 0 and "5 points" in ended.stderr, ended.stderr
    world.call("signin.change", account="alice", current=PASSWORD, new="ContoS0Bl@nkf9!")
    world.call("signin.authenticate", account="alice", password="ContoS0Bl@nkf9!")


@pytest.mark.parametrize("password, rule", [
    ("my @l1ce sleeps", "containsName"), ("we are n0rthw1nd", "containsOrganisation"), ("short", "tooShort"),
    ("bell \x07 bell bell", "notText"), ("p" * 257, "tooLong")])
def test_each_rule_has_its_name(world, password, rule):
    assert world.call("signin.checkPassword", account="alice", password=password)["rule"] == rule


def test_attack_C1_asking_about_a_password_is_no_oracle(world):
    """Guard: SignIn.check looks at the name's text only: nothing is hashed, counted or written."""
    world.add("alice")
    with pytest.raises(sspr.Failed) as failed:
        world.call("signin.change", account="alice", current=PASSWORD, new=PASSWORD)
    assert failed.value.rule == "sameAsCurrent"
    before = world.call("audit.verify")
    told = [world.call("signin.checkPassword", account=name, password=PASSWORD) for name in ("alice", "nobody-here")]
    assert told[0] == told[1] and "rule" not in told[0]
    after = world.call("audit.verify")
    assert {key: before[key] for key in before if key != "at"} == {key: after[key] for key in after if key != "at"}


@pytest.mark.parametrize("passwords, place, problem", [
    ("{banned: [fine, abc]}", ":1", '"abc"'), ("\n  banned:\n    - good\n    - two words", ":4", '"two words"'),
    ("{banned: 17}", ":1", "passwords.banned"), ("{organisation: abc}", ":1", "passwords.organisation"),
    ("{remembered: 25}", ":1", "passwords.remembered"), ("{reuseAfterReset: maybe}", ":1", "passwords.reuseAfterReset"),
    ("{breached: known.filter}", ":1", "passwords.breached"),
    ("{banned: [" + ", ".join(f"word{n}" for n in range(1001)) + "]}", ":1", "1001 words"),
])
def test_a_bad_list_does_not_start(folder, passwords, place, problem):
    path = folder / "bad.yaml"
    path.write_text(f"passwords: {passwords}\n")
    ended = subprocess.run([program("ssprd"), "serve", "--config", path], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 78 and f"{path}{place}:" in ended.stderr and problem in ended.stderr, ended.stderr


def test_a_list_may_have_a_file_of_its_own(folder):
    words, path = folder / "words", folder / "c.yaml"
    words.write_text("# our products\ncontoso\r\n\nabc\n")
    path.write_text(f"passwords: {{banned: {words}}}\n")

    def start():
        return subprocess.run([program("ssprd"), "check-config", "--config", path], capture_output=True, text=True, timeout=60)

    ended = start()
    assert ended.returncode != 0 and f"{words}:4:" in ended.stderr, ended.stderr
    words.write_text("# our products\ncontoso\r\n\nabcd\n")
    assert start().returncode == 0
