"""Feature F7: what a new password must be, from its owner's point of view."""

import contextlib
import hashlib
import json
import time

import pytest
import sspr
from at_the_terminal import apply_policy, client, ssprd
from harness import NEW_PASSWORD, PASSWORD, Daemon, World
from known_passwords import KnownPasswords

SITE = "passwords: {minimumLength: 8, organisation: Northwind, banned: [contoso, blank, pickup, clerk]}\n"


@contextlib.contextmanager
def house(folder, configuration):
    daemon = Daemon(folder, configuration).start()
    try:
        yield World(daemon)
    finally:
        daemon.stop()


def verdict(world, password, account="alice"):
    """The rule that a password breaks, its points and the words in it."""
    told = world.call("signin.checkPassword", account=account, password=password)
    return told.get("rule"), told.get("points"), told["found"]


def rule(world, password, account="alice"):
    return verdict(world, password, account)[0]


def change(world, current, new, account="alice"):
    """Changes a password; the failure, where there is one."""
    try:
        world.call("signin.change", account=account, current=current, new=new)
    except sspr.Failed as failed:
        return failed
    return None


def signs_in(world, password, account="alice"):
    try:
        world.call("signin.authenticate", account=account, password=password)
    except sspr.Failed as failed:
        assert failed.name == "refused", failed
        return False
    return True


def test_feature_F7_a_new_password_is_no_name_and_not_made_of_banned_words(folder):
    """A new one must not contain the name of account or organisation (4 characters or more) and must not be made of banned words,
    ours and the site's: letters are folded (`0` is o, `@` a, `$` s, `1` i and l), a word is found with one letter changed, missing or too
    many inside, and each banned word counts one point, like each other character."""
    with house(folder, SITE) as world:
        # The whole name, however it is written; a name of three characters is part of too much.
        assert rule(world, "where alice sleeps", "alice") == "containsName"
        assert rule(world, "where @L1CE sleeps", "alice") == "containsName"
        assert rule(world, "where bert sleeps", "bert") == "containsName" and rule(world, "where bob sleeps", "bob") is None
        assert rule(world, "where alic sleeps", "alice") is None and rule(world, "where bert sleeps", "alice") is None
        assert rule(world, "we are N0rthw1nd men") == "containsOrganisation" and rule(world, "we are northwin men") is None
        # Four points with words of ours (dragon, monkey) and of the site (contoso, blank), five with one more character.
        assert verdict(world, "dragonmonkeyzu") == ("banned", 4, ["dragon", "monkey"])
        assert verdict(world, "contosoblankzu") == ("banned", 4, ["contoso", "blank"])
        assert verdict(world, "dragoncontosozu") == ("banned", 4, ["dragon", "contoso"])
        assert verdict(world, "dragoncontosozuv") == (None, 5, ["dragon", "contoso"])
        assert verdict(world, "contosocontosoblankblank") == ("banned", 4, ["contoso", "contoso", "blank", "blank"])
        assert verdict(world, "zuvwxyzuvw") == (None, 10, [])
        # Folded, however many letters of it; and a folded letter is not the one that may differ (the q in these).
        for named, *ways in [("contoso", "CONTOSO", "c0nt0$0", "c0nqoso", "cqnto$o"), ("blank", "B1@NK", "bl@qk"),
                             ("pickup", "p1ckup", "p1qkup"), ("clerk", "c1erk", "c1eqk")]:
            for written in ways:
                assert verdict(world, f"{written}zzuvv") == (None, 6, [named]), written
        # One letter changed, missing or too many inside is the word still; two are not, and one at its end counts by itself.
        for written in ("conqoso", "contso", "conttoso"):
            assert verdict(world, f"{written}qzuvv") == (None, 6, ["contoso"]), written
        assert verdict(world, "conqqsozuvv") == (None, 11, [])
        assert verdict(world, "contosoqzuvv") == (None, 6, ["contoso"])
        # It is a rule, and not advice.
        world.add("alice")
        for new, broken in [("where alice sleeps", "containsName"), ("we are N0rthw1nd men", "containsOrganisation"),
                            ("C0ntoso-Bl@nk1", "banned")]:
            assert change(world, PASSWORD, new).rule == broken
        assert signs_in(world, PASSWORD)


def test_feature_F7_five_points_are_enough(folder):
    """5 points"""
    with house(folder, SITE) as world:
        world.add("alice")
        four, five = "contosoblankzu", "contosoblankzuv"
        assert world.call("signin.checkPassword", account="alice", password=four)["pointsNeeded"] == 5
        assert change(world, PASSWORD, four).points == 4
        assert change(world, PASSWORD, five) is None and signs_in(world, five)


def test_feature_F7_a_refusal_tells_its_owner_points_and_words(folder):
    """A refusal tells its owner the points and the words; `password check` tells them before."""
    weak = "C0ntosoBl@nkzu"
    words = "4 of 5 points: each of these words counts one (contoso, blank)"
    with house(folder, SITE) as world:
        world.add("alice")
        said = client(world, "password", "check", "alice", lines=[weak], status=65).stderr
        assert words in said
        found = json.loads(client(world, "password", "check", "alice", "--json", lines=[weak], status=65).stderr)["error"]
        assert (found["rule"], found["points"], found["found"]) == ("banned", 4, ["contoso", "blank"])
        assert "6 points" in client(world, "password", "check", "alice", lines=[f"{weak}vv"]).stderr
        assert not world.events("password.changed"), "nothing was set"
        # The change itself says the same to who knows the password, and nothing to who does not.
        assert words in client(world, "change", "alice", "--answers-from", "-", lines=[PASSWORD, weak], status=65).stderr
        stranger = client(world, "change", "alice", "--answers-from", "-", lines=["a wrong guess of it", weak], status=77).stderr
        assert "points" not in stranger and "contoso" not in stranger
        failed = change(world, "a wrong guess of it", weak)
        assert (failed.name, failed.rule, failed.points, failed.found) == ("refused", None, None, None)
        # Whoever is proven by a recovery is told it as well.
        grant = world.grant("alice", world.enrol("alice"))
        with pytest.raises(sspr.Failed) as reset:
            world.call("recovery.reset", account="alice", grant=grant, password=weak)
        assert (reset.value.rule, reset.value.points, reset.value.found) == ("banned", 4, ["contoso", "blank"])


def test_feature_F7_how_long_a_password_is(folder):
    """15 (8 to 256) code points"""
    def letters(count):
        # Code points of two, three and four bytes: characters are counted, not bytes.
        return ("\u00e4\u03b2\u0436\u263a\U0001f408\u05d0\u4e2d\u20ac" * 32)[:count]

    with house(folder, "") as world:
        world.add("alice")
        assert change(world, PASSWORD, letters(14)).rule == "tooShort"
        assert change(world, PASSWORD, letters(15)) is None
        for length, refused, accepted in [(8, 7, 8), (256, 255, 256)]:
            apply_policy(world, f"passwords: {{minimumLength: {length}}}")
            assert rule(world, letters(refused)) == "tooShort" and rule(world, letters(accepted)) is None
        assert rule(world, letters(256) + "z") == "tooLong"
        for beyond in (7, 257):
            assert "8 to 256" in apply_policy(world, f"passwords: {{minimumLength: {beyond}}}", status=65).stderr
        assert change(world, letters(15), letters(256) + "z").rule == "tooLong"
        assert change(world, letters(15), letters(256)) is None and signs_in(world, letters(256))


def test_feature_F7_the_sites_words(folder):
    """1000 words of 4 to 16 characters"""
    longest = "quetzalcoatlquiz"
    words = ["vexj", longest] + [f"w{number:03d}q" for number in range(998)]

    def configure(words):
        path = folder / "tried.yaml"
        path.write_text(f"passwords: {{minimumLength: 8, banned: [{', '.join(words)}]}}\n")
        return path

    assert len(words) == 1000 and len(longest) == 16
    with house(folder, configure(words).read_text()) as world:
        # The shortest, the longest and the last one count.
        assert verdict(world, f"vexj{longest}{words[-1]}z") == ("banned", 4, ["vexj", longest, words[-1]])
    ssprd("check-config", "--config", configure(words))
    assert "1001 words" in ssprd("check-config", "--config", configure(words + ["onemore"]), status=1).stderr
    for wrong in ("vex", f"{longest}z"):
        said = ssprd("check-config", "--config", configure([wrong]), status=1).stderr
        assert f'"{wrong}"' in said and "4 to 16" in said


def test_feature_F7_known_passwords_are_refused_where_there_is_a_list(folder):
    """Passwords that have become known are refused where the site has a file of them (`passwords.breached`, made by
    `ssprd filter build` from words or SHA-1 dumps)."""
    listed, dumped, ranged = "a word of the list here", "from a dump of hashes", "from a file of a range"
    (folder / "words").write_text(f"{listed}\n")
    (folder / "dump").write_text(f"{hashlib.sha1(dumped.encode()).hexdigest().upper()}:17\n")
    digest = hashlib.sha1(ranged.encode()).hexdigest().upper()
    (folder / "ranges").mkdir()
    (folder / "ranges" / digest[:5]).write_text(f"{digest[5:]}:3\n")
    ssprd("filter", "build", "--from", folder / "words", "--from-hashes", folder / "dump", "--from-hashes", folder / "ranges",
          "--output", folder / "known")
    with house(folder, "") as world:
        world.add("alice")
        assert [rule(world, word) for word in (listed, dumped, ranged)] == [None] * 3, "without a file nothing is known"
    with house(folder, f"passwords: {{breached: {folder}/known}}\n") as world:
        for word in (listed, dumped, ranged):
            assert "known from breaches" in client(world, "password", "check", "alice", lines=[word], status=65).stderr
            assert change(world, PASSWORD, word).rule == "breached"
        assert change(world, PASSWORD, NEW_PASSWORD) is None


def test_feature_F7_how_often_a_password_is_taken_for_a_known_one(folder):
    """one in 16.8 million not known refused by mistake"""
    words = [f"a known password {number}" for number in range(2000)]
    (folder / "words").write_text("".join(f"{word}\n" for word in words))
    ssprd("filter", "build", "--from", folder / "words", "--output", folder / "known")
    known = KnownPasswords(folder / "known")
    # The file is read here once more: a password is known where this is 0.
    assert {known.difference(word) for word in words} == {0}
    others = [known.difference(f"nobody knows number {number}") for number in range(131_072)]
    # What a password that is not known has there is spread evenly over all 2^24 numbers, so that it is 0 once in 16.8 million times: as far
    # as so many tell, for each byte (512 expected) and each two bytes (2 expected).
    assert max(others) < 1 << 24 and len(set(others)) > 130_000
    for mask in (0xFF, 0xFF00, 0xFF0000):
        assert 380 < sum(not other & mask for other in others) < 650, hex(mask)
    for mask in (0xFFFF, 0xFFFF00, 0xFF00FF):
        assert sum(not other & mask for other in others) < 16, hex(mask)


def test_feature_F7_trying_passwords_has_a_rate(folder):
    """120 tries a minute"""
    with house(folder, "") as world, world.daemon.connect() as peer:
        begun, accepted = time.monotonic(), 0
        with pytest.raises(sspr.Failed) as failed:
            while accepted < 200:
                peer.call("signin.checkPassword", account="alice", password=NEW_PASSWORD)
                accepted += 1
        # They come back one by one, two a second.
        assert 120 <= accepted <= 121 + 2 * (time.monotonic() - begun)
        assert failed.value.name == "busy" and failed.value.retry_after is not None
