"""Feature F2: how many security questions there are, whose they are, and how many are answered and asked."""

import json

import pytest
from at_the_terminal import apply_policy, client
from enrolment import Home
from harness import PASSWORD, QUESTIONS

ON = "questions: true\nrecovery: {coolingOffHours: 0}\n"
EIGHT = ["en", "de", "fr", "it", "es", "pl", "nl", "da"]


@pytest.fixture
def start(folder):
    homes = []

    def start(configuration=ON):
        homes.append(Home(folder, configuration))
        return homes[-1]
    yield start
    for home in homes:
        home.daemon.stop()


def add(home, *texts, status=0):
    """Adds a question of the site; its number, or what was said instead."""
    ended = client(home.world, "questions", "add", *texts, "--json", status=status)
    return json.loads(ended.stderr)["error"]["why"] if status else json.loads(ended.stdout)["number"]


def listed(home, language):
    """The questions to choose from in a language, by number."""
    if f"reader-{language}" not in [account["account"] for account in home.call("accounts.list")["accounts"]]:
        home.world.add(f"reader-{language}", language=language)
    shown = home.call("registration.describe", account=f"reader-{language}")["questions"]
    return {question["number"]: question["text"] for question in shown}


def asked(home, key, account="alice"):
    """Proves the app of a new recovery; the recovery, the choice and the questions that are asked then."""
    home.pass_seconds(60)
    begun = home.world.begin(account)
    proven = home.answer(begun, "totp", code=home.app_code(key))
    choice, = [method["choice"] for method in proven["methods"] if method["kind"] == "questions"]
    questions = home.call("recovery.send", handle=begun["handle"], choice=choice)["questions"]
    return begun, choice, [question["number"] for question in questions]


def answers(home, begun, choice, given):
    return home.call("recovery.answer", handle=begun["handle"], choice=choice,
                     answers=[{"question": number, "answer": text} for number, text in given.items()])


def test_feature_F2_the_questions_of_the_site(start):
    """35 questions in English and German and up to 20 of the site's own (3 to 200 characters, up to 8 languages, from number 1000, never
    reused, retired ones work until replaced)"""
    home = start()
    english, german = listed(home, "en"), listed(home, "de")
    assert sorted(english) == sorted(german) == list(range(1, 36))
    assert english[1].startswith("In which town") and german[1].startswith("In welchem Ort")
    assert not set(english.values()) & set(german.values()) and len(set(english.values())) == len(set(german.values())) == 35
    # The shortest, the longest, and as many languages as there may be.
    assert add(home, "en=Abc") == 1000 and add(home, "en=" + "q" * 200) == 1001
    assert add(home, *[f"{language}=Which word in {language}?" for language in EIGHT]) == 1002
    assert listed(home, "pl")[1002] == "Which word in pl?"
    assert "fewer than 3" in add(home, "en=Ab", status=65) and "more than 200" in add(home, "en=" + "w" * 201, status=65)
    assert "1 to 8 languages" in add(home, *[f"{language}=Which other word in {language}?" for language in [*EIGHT, "sv"]], status=65)
    assert [add(home, f"en=Which room was yours in year {year}?") for year in range(17)] == list(range(1003, 1020))
    assert "20 are in use" in add(home, "en=One too many?", status=65)
    # A number that was retired does not come back, neither for the next one nor after a start.
    client(home.world, "questions", "retire", "1019")
    home.daemon.stop()
    home.daemon.start()
    assert add(home, "en=The one after it?") == 1020
    assert sorted(listed(home, "en")) == [*range(1, 36), *range(1000, 1019), 1020]


def test_feature_F2_a_retired_question_works_until_it_is_replaced(start):
    """35 questions in English and German and up to 20 of the site's own (3 to 200 characters, up to 8 languages, from number 1000, never
    reused, retired ones work until replaced)"""
    home = start("questions: true\nrecovery: {coolingOffHours: 0, questionsRegistered: 3}\n")
    home.world.add("alice")
    key = home.register("totp")["key"]
    number = add(home, "en=Which badge did you wear first?")
    given = {1: "Lisbon harbour", 2: "Miller and Sons", number: "a brass anchor"}
    assert home.answer_questions(given) is None
    client(home.world, "questions", "retire", str(number))
    home.world.add("bob")
    assert number not in listed(home, "en") and home.answer_questions(given, "bob") == "answersRefused", "nobody chooses it any more"
    begun, choice, questions = asked(home, key)
    assert sorted(questions) == sorted(given)
    assert answers(home, begun, choice, given)["grant"]
    # Replaced, which needs a second proof: it cannot be in the new set, and is asked no more.
    home.pass_seconds(60)
    handle = home.call("registration.prove", account="alice", password=PASSWORD, code=home.app_code(key))["handle"]

    def replace(given):
        given = [{"question": number, "answer": text} for number, text in given.items()]
        return {"handle": handle, "answers": given}

    assert home.refusal("registration.answers", **replace(given)) == "answersRefused"
    fresh = {1: "another harbour", 2: "others and Sons", 4: "pasta al forno"}
    home.call("registration.answers", **replace(fresh))
    begun, choice, questions = asked(home, key)
    assert sorted(questions) == sorted(fresh)
    assert answers(home, begun, choice, fresh)["grant"]


def test_feature_F2_how_many_questions(start):
    """5 (3 to 5) questions registered, 3 (3 to 5) asked"""
    home = start()
    texts = list(QUESTIONS.items())
    home.world.add("alice")
    assert home.call("registration.describe", account="alice")["questionsNeeded"] == 5
    for count in (4, 6):
        given = dict(texts[:count]) if count < 5 else {**QUESTIONS, 12: "one more of them"}
        assert home.answer_questions(given) == "answersRefused", count
    key = home.register("totp")["key"]
    assert home.answer_questions(QUESTIONS) is None
    assert len(set(asked(home, key)[2])) == 3
    for registered, number in [(3, 3), (5, 5), (4, 4)]:
        apply_policy(home.world, f"recovery: {{questionsRegistered: {registered}, questionsAsked: {number}, coolingOffHours: 0}}")
        begun, choice, questions = asked(home, key)
        assert len(set(questions)) == number
        # All that are asked must be right.
        right = {number: QUESTIONS[number] for number in questions}
        assert answers(home, begun, choice, right)["grant"]
        name = f"person{registered}"
        home.world.add(name)
        assert home.answer_questions(dict(texts[:registered - 1]), name) == "answersRefused"
        assert home.answer_questions(dict(texts[:registered]), name) is None
    for field, beyond in [("questionsRegistered", 2), ("questionsRegistered", 6), ("questionsAsked", 2), ("questionsAsked", 6)]:
        assert "3 to 5" in apply_policy(home.world, f"recovery: {{{field}: {beyond}}}", status=65).stderr
    assert "questionsAsked" in apply_policy(home.world, "recovery: {questionsRegistered: 4, questionsAsked: 5}", status=65).stderr
