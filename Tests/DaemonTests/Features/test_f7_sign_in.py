"""Feature F7: what is kept of a password, and what happens to those who type a wrong one."""

import time

import pytest
import sspr
from at_the_terminal import apply_policy
from harness import NEW_PASSWORD, PASSWORD, Daemon, World, fake_clock
from stored_verifiers import KeyRing, argon2id, expected_tag, verifier

CHEAP = "hashing: {passes: 1, memoryKiB: 8192}\n"


class House:
    """alice's daemon; time passes as the test says."""

    def __init__(self, folder, configuration="passwords: {minimumLength: 8}\n", hashing=CHEAP):
        self.clock, self.passed = folder / "clock", 0
        self.pass_seconds(0)
        self.daemon = Daemon(folder, configuration, hashing, env=fake_clock(self.clock)).start()
        self.world = World(self.daemon)
        self.world.add("alice")

    def pass_seconds(self, seconds):
        self.passed += seconds
        self.clock.write_text(f"+{self.passed}s")

    def now(self):
        """The daemon's time, in milliseconds."""
        return int((time.time() + self.passed) * 1000)

    def restart(self, hashing):
        self.daemon.stop()
        self.daemon.configuration.write_text(hashing)
        self.daemon.start()

    def attempt(self, password):
        try:
            self.world.call("signin.authenticate", account="alice", password=password)
        except sspr.Failed as failed:
            return failed.name
        return "accepted"

    def change(self, current, new):
        self.world.call("signin.change", account="alice", current=current, new=new)

    def locked_until(self):
        return self.world.call("accounts.show", account="alice").get("signInLockedUntil")

    def lock_by(self, password):
        """The lock in seconds that a wrong password begins: the bounds between which its length lies."""
        before = self.now()
        assert self.attempt(password) == "refused"
        after, until = self.now(), self.locked_until()
        return (until - after) / 1000, (until - before) / 1000


@pytest.fixture
def house(folder):
    house = House(folder)
    yield house
    house.daemon.stop()


def test_feature_F7_a_password_is_an_opaque_string_and_all_of_it_counts(house):
    """Passwords are RFC 8265 OpaqueStrings, hashed with Argon2id under a pepper, never cut."""
    world = house.world
    # What is one password after RFC 8265 section 4.2.2 (blanks are U+0020, then NFC), and what are two: case and width stay.
    current = PASSWORD
    for chosen, same, other in [
            ("Jack of \u2666s", "Jack\u00a0of \u2666s", "jack of \u2666s"), ("foo\u1680bar foo", "foo bar\u3000foo", "foobar foo"),
            ("tr\u00e8s s\u00e9cret", "tre\u0300s se\u0301cret", "tres secret"),
            ("\uff26\uff35\uff2c\uff2c width", "\uff26\uff35\uff2c\uff2c width", "FULL width")]:
        house.change(current, chosen)
        assert [house.attempt(typed) for typed in (chosen, same, other)] == ["accepted", "accepted", "refused"], chosen
        current = same
    for refused in ("my cat is a \tby", "nothing\0behind it", "not \u0378 assigned", b"no \xff UTF-8 text"):
        with pytest.raises(sspr.Failed) as failed:
            house.change(current, refused)
        assert failed.value.rule == "notText", refused
    # The longest there are, 1024 bytes: with another last character, or without it, it is another password.
    longest = "\U0001f408" * 255 + "\U0001f409"
    house.change(current, longest)
    assert house.attempt(longest) == "accepted"
    assert [house.attempt(longest[:-1] + end) for end in ("", "\U0001f408")] == ["refused"] * 2
    # What is stored is Argon2id over a hash that the pepper beside the database is the key of.
    stored, peppers = verifier(world.daemon, "alice"), KeyRing(world.daemon.keys).peppers()
    assert (stored.passes, stored.memory_kib) == (1, 8192) and len(stored.salt) == 16
    assert stored.tag == expected_tag(longest, stored, peppers)
    assert stored.tag != argon2id(longest.encode(), stored), "without the pepper the database is of no use"
    house.change(longest, NEW_PASSWORD)
    assert verifier(world.daemon, "alice").salt != stored.salt


def test_feature_F7_an_opaque_string_has_nothing_invisible(house):
    """Passwords are RFC 8265 OpaqueStrings, hashed with Argon2id under a pepper, never cut."""
    # Soft hyphen, zero width space, override of direction, line separator, byte order mark, old Hangul, private use: none of them is in
    # the FreeformClass of RFC 8264, to which section 4.2.1 of RFC 8265 holds.
    invisible = "\u00ad\u200b\u202e\u2028\ufeff\u1100\ue000"
    accepted = [character for character in invisible
                if "rule" not in house.world.call("signin.checkPassword", account="alice", password=f"zuvexqrsk{character}zuvexq")]
    assert accepted == []


def test_feature_F7_failures_in_a_row_lock_and_the_lock_doubles(house):
    """Sign-in locks after failures in a row and the lock doubles; the last three wrong passwords do not count again; a right one is
    hashed again where its hash costs less than today's or has an older pepper.

    10 failures, 60 s to 1 h"""
    assert [house.attempt(f"wrong sentence {number}") for number in range(9)] == ["refused"] * 9
    assert house.attempt(PASSWORD) == "accepted", "nine lock nobody out, and a right one begins anew"
    assert [house.attempt(f"wrong sentence {number}") for number in range(9)] == ["refused"] * 9
    assert house.locked_until() is None
    for number, seconds in enumerate([60, 120, 240, 480, 960, 1920, 3600, 3600]):
        shortest, longest = house.lock_by(f"one more wrong sentence {number}")
        assert shortest <= seconds <= longest, "ten lock for a minute, each one after a lock twice as long, at most an hour"
        assert house.attempt(PASSWORD) == "throttled", "not even the right one"
        house.pass_seconds(seconds + 1)
    assert len(house.world.events("signin.locked")) == 8
    assert house.attempt(PASSWORD) == "accepted"
    # The numbers are fields of the policy.
    apply_policy(house.world, "throttles: {signIn: {limit: 5, lockSeconds: 30, longestLockMinutes: 15}}")
    assert [house.attempt(f"wrong sentence {number}") for number in range(4)] == ["refused"] * 4 and house.locked_until() is None
    shortest, longest = house.lock_by("one more wrong sentence")
    assert shortest <= 30 <= longest


def test_feature_F7_the_last_three_mistakes_do_not_count_again(house):
    """Sign-in locks after failures in a row and the lock doubles; the last three wrong passwords do not count again; a right one is
    hashed again where its hash costs less than today's or has an older pepper."""
    first, *others = [f"a wrong sentence, {letter}" for letter in "abcd"]
    for mistake in (first, *others):
        assert house.attempt(mistake) == "refused"
    for _ in range(4):
        assert [house.attempt(mistake) for mistake in others] == ["refused"] * 3
    # Four have counted. The first is not among the last three any more, so it counts again; four more make nine.
    assert house.attempt(first) == "refused"
    assert [house.attempt(f"another one, {number}") for number in range(4)] == ["refused"] * 4
    assert house.locked_until() is None
    assert house.attempt("the tenth one") == "refused"
    assert house.locked_until() is not None and house.attempt(PASSWORD) == "throttled"


def test_feature_F7_a_right_password_is_hashed_at_the_cost_of_today(house):
    """Sign-in locks after failures in a row and the lock doubles; the last three wrong passwords do not count again; a right one is
    hashed again where its hash costs less than today's or has an older pepper."""
    daemon = house.daemon
    before = verifier(daemon, "alice")
    assert house.attempt(PASSWORD) == "accepted" and verifier(daemon, "alice") == before, "it costs what it should"
    house.restart("hashing: {passes: 2, memoryKiB: 8192}\n")
    assert house.attempt("a wrong sentence") == "refused" and verifier(daemon, "alice") == before
    assert house.attempt(PASSWORD) == "accepted"
    dearer = verifier(daemon, "alice")
    assert (dearer.passes, dearer.memory_kib) == (2, 8192) and dearer.salt != before.salt
    assert dearer.tag == expected_tag(PASSWORD, dearer, KeyRing(daemon.keys).peppers()), "the same password"
    house.restart(CHEAP)
    assert house.attempt(PASSWORD) == "accepted" and verifier(daemon, "alice") == dearer, "never at a lower cost"
    # A new pepper beside the old one.
    daemon.stop()
    KeyRing(daemon.keys).add_pepper()
    house.restart("hashing: {passes: 2, memoryKiB: 8192}\n")
    assert house.attempt("a wrong sentence") == "refused" and verifier(daemon, "alice").pepper == 1
    assert house.attempt(PASSWORD) == "accepted"
    newer = verifier(daemon, "alice")
    assert newer.pepper == 2 and newer.tag == expected_tag(PASSWORD, newer, KeyRing(daemon.keys).peppers())
    assert house.attempt(PASSWORD) == "accepted" and verifier(daemon, "alice") == newer
    assert not house.world.events("password.changed"), "nobody has changed it"
