"""Custom security questions end to end: real client, real daemon, in two languages."""

import json
import os
import subprocess

import pytest

from harness import NEW_PASSWORD, PASSWORD, Daemon, World, app_code, as_uid, client_program, needs_root, program

ENGLISH, GERMAN = "Which badge did you wear first?", "Welches Abzeichen haben Sie zuerst getragen?"
LANGUAGES = {"en": ENGLISH, "de": GERMAN}
ALICE, HELPER = 4242, 4343


@pytest.fixture
def start(folder):
    daemons = []

    def start(configuration=""):
        daemons.append(Daemon(folder, configuration="questions: true\n" + configuration).start())
        return World(daemons[-1])
    yield start
    for daemon in daemons:
        daemon.stop()


def client(world, *arguments, text="", status=0):
    ended = subprocess.run([client_program(), *arguments, "--socket", str(world.daemon.socket)], input=text, text=True,
                           capture_output=True, timeout=60)
    assert ended.returncode == status, ended.stderr
    return ended


def add(world, *texts):
    return json.loads(client(world, "questions", "add", *texts, "--json").stdout)["number"]


def listed(world):
    return json.loads(client(world, "questions", "list", "--json").stdout)


def answers(number):
    return {1: "Lisbon harbour", 2: "Miller and Sons", number: "a brass anchor"}


def register(world, number):
    """Registers by the command; returns what it showed."""
    known = answers(number)
    lines = [PASSWORD, " ".join(str(n) for n in known), *known.values()]
    return client(world, "register", "questions", "--account", "alice", "--answers-from", "-", text="\n".join(lines) + "\n").stderr


def asked(world, key):
    """Proves the app of a new recovery; returns it with the questions that are asked then."""
    begun = world.begin("alice")
    assert "questions" not in [m["kind"] for m in begun["methods"]], "never the first proof"
    world.call("recovery.answer", handle=begun["handle"], choice=world.choice(begun, "totp"), code=app_code(key))
    choice = len(begun["methods"]) + 1
    return begun, choice, world.call("recovery.send", handle=begun["handle"], choice=choice)["questions"]


@pytest.mark.parametrize("spoken, own", [("en", "de"), ("de", "en"), ("de", None)])
def test_a_custom_question_is_registered_asked_and_answered(start, spoken, own):
    world = start(f"language: {spoken}\nrecovery: {{questionsRegistered: 3, questionsAsked: 3, coolingOffHours: 0}}\n")
    world.add("alice", **({"language": own} if own else {}))
    number = add(world, f"en={ENGLISH}", f"de={GERMAN}")
    assert number == 1000
    key = world.enrol("alice", email=False)
    shown = register(world, number)
    # This uid is an administrator, who is shown what the owner is shown.
    assert f"  {number}  {LANGUAGES[own or spoken]}" in shown and "     1  " in shown

    begun, choice, questions = asked(world, key)
    assert {q["number"]: q["text"] for q in questions}[number] == LANGUAGES[own or spoken]
    given = [{"question": n, "answer": text} for n, text in answers(number).items()]
    wrong = [{**a, "answer": "a wooden anchor"} if a["question"] == number else a for a in given]
    with world.daemon.connect() as peer:
        def answer(answers):
            return peer.call("recovery.answer", handle=begun["handle"], choice=choice, answers=answers)
        with pytest.raises(Exception, match="refused"):
            answer(wrong)
        peer.call("recovery.send", handle=begun["handle"], choice=choice)
        grant = answer(given)["grant"]
    world.call("recovery.reset", account="alice", grant=grant, password=NEW_PASSWORD)
    assert world.call("signin.authenticate", account="alice", password=NEW_PASSWORD) == {}
    world.verify()


def test_a_retired_question_is_asked_until_it_is_replaced(start):
    world = start("recovery: {questionsRegistered: 3, questionsAsked: 3}\n")
    world.add("alice")
    number = add(world, f"en={ENGLISH}", f"de={GERMAN}")
    key = world.enrol("alice", email=False)
    register(world, number)
    client(world, "questions", "retire", str(number))
    assert client(world, "questions", "retire", str(number), status=67).stderr.count("There is no custom question")
    assert number not in [q["number"] for q in world.call("registration.describe", account="alice")["questions"]]
    world.daemon.stop()
    world.daemon.start()
    begun, choice, questions = asked(world, key)
    assert {q["number"]: q["text"] for q in questions}[number] == ENGLISH
    given = [{"question": n, "answer": text} for n, text in answers(number).items()]
    assert world.call("recovery.answer", handle=begun["handle"], choice=choice, answers=given)["grant"]
    # Nobody can choose it, not even whoever has answered it.
    world.add("bob")
    handle = world.call("registration.prove", account="bob", password=PASSWORD)["handle"]
    assert world.refusal("registration.answers", handle=handle, answers=given) == "answersRefused"


def test_questions_are_added_listed_retired_and_audited(start):
    world = start()
    numbers = [add(world, f"en=Which room was yours in year {year}?") for year in range(20)]
    assert numbers == list(range(1000, 1020))
    refused = client(world, "questions", "add", "en=Which room is yours?", status=65)
    assert "20 are in use" in refused.stderr
    client(world, "questions", "retire", "1003")
    assert add(world, f"fr=Quel badge ?", f"en={ENGLISH}") == 1020
    found = listed(world)
    assert [q["number"] for q in found] == list(range(1, 36)) + list(range(1000, 1021))
    assert [q["number"] for q in found if q["state"] == "retired"] == [1003]
    assert [q["isCustom"] for q in found] == [False] * 35 + [True] * 21
    assert found[-1]["texts"] == [{"language": "fr", "text": "Quel badge ?"}, {"language": "en", "text": ENGLISH}]
    assert "1003\tcustom\tretired\ten\tWhich room was yours in year 3?" in client(world, "questions", "list").stdout
    assert [e["question"] for e in world.events("question.added")] == numbers + [1020]
    assert [(e["question"], e["actor"]["role"]) for e in world.events("question.retired")] == [(1003, "administrator")]
    assert ENGLISH not in str(world.audit())
    world.verify()


def test_attack_G7_a_question_that_breaks_a_rule_is_refused_by_its_name(start):
    world = start()
    for text, rule, words in [("ab", "tooShort", "fewer than 3"), ("q" * 201, "tooLong", "more than 200"),
                              ("Which \u202emoor?", "hiddenCharacter", "cannot be seen"), ("Which\x1b[2Jroom?", "hiddenCharacter", "cannot be seen"),
                              ("which SEA  did you see first?", "alike", "reads like it")]:
        said = client(world, "questions", "add", f"en={text}", "--json", status=65).stderr
        error = json.loads(said)["error"]
        assert (error["name"], error["question"]) == ("questionRefused", rule) and words in error["why"]
    said = client(world, "questions", "add", "en=One?", "en=Two?", "--json", status=65).stderr
    assert json.loads(said)["error"]["question"] == "languages"
    assert client(world, "questions", "add", "Which room?", status=64).stderr
    assert [q["number"] for q in listed(world)] == list(range(1, 36))


@needs_root
def test_attack_C1_custom_questions_tell_nobody_apart(start):
    world = start(f"roles: {{helper: {{users: [0, {os.getuid()}, {HELPER}]}}}}\nrecovery: {{questionsRegistered: 3}}\n")
    world.add("alice", uid=ALICE, language="de")
    number = add(world, f"en={ENGLISH}", f"de={GERMAN}")
    world.enrol("alice", email=False)
    register(world, number)
    path = str(world.daemon.socket)

    def catalogue(uid, name, **fields):
        [(kind, reply)] = as_uid(uid, path, [("registration.describe", {"account": name, **fields})])
        assert kind == "reply", reply
        return reply["questions"]

    def decoys():
        return [[(m["choice"], m["kind"], m.get("hint")) for m in world.begin(f"ghost{n}")["methods"]] for n in range(5)]

    before = decoys()
    assert {"number": number, "text": GERMAN} in catalogue(ALICE, "alice")
    for step in ("in use", "another", "retired"):
        if step == "another":
            add(world, "en=Which floor was your first?")
        if step == "retired":
            client(world, "questions", "retire", str(number))
        for fields in ({}, {"language": "de"}, {"language": "fr"}):
            assert catalogue(HELPER, "alice", **fields) == catalogue(HELPER, "ghost", **fields), step
        assert decoys() == before, step
        for name in ("alice", "ghost"):
            begun = world.begin(name)
            assert world.refusal("recovery.send", handle=begun["handle"], choice=len(begun["methods"]) + 1) == "refused"
    # Nobody else makes questions.
    for uid in (ALICE, HELPER):
        for call, fields in [("questions.add", {"texts": []}), ("questions.list", {"after": 0}), ("questions.retire", {"number": number})]:
            assert as_uid(uid, path, [(call, fields)]) == [("failure", "denied")]


@pytest.mark.parametrize("numbers, words", [
    ("questionsRegistered: 2", "recovery.questionsRegistered"), ("questionsRegistered: 6", "recovery.questionsRegistered"),
    ("questionsAsked: 2", "recovery.questionsAsked"), ("questionsRegistered: 4, questionsAsked: 5", "recovery.questionsAsked"),
    ("questionsRegistered: 3", None), ("questionsRegistered: 5, questionsAsked: 5", None)])
def test_the_configuration_says_how_many(folder, numbers, words):
    path = folder / "ssprd.yaml"
    path.write_text(f"recovery: {{{numbers}}}\n")
    checked = subprocess.run([program("ssprd"), "check-config", "--config", str(path)], capture_output=True, text=True, timeout=60)
    assert (checked.returncode == 0) == (words is None), checked.stderr
    assert words is None or words in checked.stderr
