"""Policy documents from outside: what wins, what is told, what is refused (feature F6)."""

import os
import signal
import time

import pytest
from harness import NEW_PASSWORD, wait_until
from house import start  # noqa: F401  (a fixture)

DAY = 86_400
ONE_PROOF = "recovery: {proofs: 1, coolingOffHours: 0}\n"
TWO_PROOFS = "recovery: {proofs: 2}\n"


def apply(house, document, *more, status=0, reason="a test"):
    return house.client("policy", "apply", "-", "--reason", reason, *more, text=document, status=status)


def values(house):
    """{field: (value, where it comes from)} of the policy in force."""
    return {s["field"]: (s["value"], s["origin"]) for s in house.call("policy.show")["settings"]}


def people(house, count, phones=0, prefix="p"):
    """Accounts that can recover by their address; the last `phones` of them have a phone as well."""
    rows = [{"account": f"{prefix}{number:03}", "role": "user", "email": f"{prefix}{number:03}@example.org"} for number in range(count)]
    for number, row in enumerate(rows[count - phones:] if phones else []):
        row["mobile"] = f"+4930555{number:05}"
    for first in range(0, count, 50):
        refusals = house.call("accounts.import", mode="allOrNone", rows=rows[first:first + 50])
        assert not any(refusals.get("refusals") or []), refusals
    return [row["account"] for row in rows]


def test_feature_F6_a_document_wins_over_the_file(start):  # noqa: F811
    """Policy (policy.md): the configuration file's fields, and a document that an administrator applies to the running daemon, which
    wins over it.
    """
    house = start("recovery: {proofs: 1, undoHours: 5}\n")
    assert values(house)["recovery.undoHours"] == ("5", "configuration")
    apply(house, "recovery: {undoHours: 7}\n")
    assert values(house)["recovery.undoHours"] == ("7", "document")
    assert values(house)["recovery.proofs"] == ("1", "configuration"), "what it does not name is the file's"
    assert values(house)["recovery.coolingOffHours"][1] == "release"
    house.daemon.stop()
    house.daemon.start()
    assert values(house)["recovery.undoHours"] == ("7", "document")
    apply(house, "{}\n")
    assert values(house)["recovery.undoHours"] == ("5", "configuration")


def test_feature_F6_versions_plans_and_events(start):  # noqa: F811
    """Versions with author and reason, `plan` (what changes, who could not recover any more), `apply`, `history`, `rollback`; every
    field that changes is an event.
    """
    house = start(ONE_PROOF)
    people(house, 2)
    planned = house.client("policy", "plan", "-", text="recovery: {proofs: 2, undoHours: 7}\n")
    assert "recovery.proofs: 1 -> 2" in planned and "recovery.undoHours: 24 -> 7" in planned
    assert "2 could not any more" in planned and "could not recover: p000" in planned and "could not recover: p001" in planned
    assert values(house)["recovery.proofs"][0] == "1" and not house.events("policy.applied"), "a plan changes nothing"
    apply(house, "recovery: {proofs: 2, undoHours: 7}\n", "--allow-loss", reason="as agreed on Monday")
    house.client("policy", "rollback", "0", "--reason", "too early")
    history = house.call("policy.history")["versions"]
    assert [(v["version"], v["uid"], v["reason"], v.get("restores")) for v in history] == [
        (2, os.geteuid(), "too early", 0), (1, os.geteuid(), "as agreed on Monday", None)]
    changed = [(e["policy"], e["change"]["field"], e["change"]["before"], e["change"]["after"]) for e in house.events("policy.changed")]
    assert sorted(changed) == [(1, "recovery.proofs", "1", "2"), (1, "recovery.undoHours", "24", "7"),
                               (2, "recovery.proofs", "2", "1"), (2, "recovery.undoHours", "7", "24")]
    assert values(house)["recovery.proofs"] == ("1", "configuration")


def test_feature_F6_what_has_begun_ends_as_it_began(start):  # noqa: F811
    """Recoveries and registrations end under the version that they began with."""
    house = start(ONE_PROOF + "phones: true\n")
    for name in ("ana", "ben"):
        house.add(name)
        house.enrol(name, app=False)
    running = house.begin("ana")
    code = house.mailed(running)
    handle = house.open("ben")
    apply(house, "recovery: {proofs: 2, graceDays: 0}\nphones: false\n", "--allow-loss")
    proven = house.call("recovery.answer", handle=running["handle"], choice=house.choice(running, "email"), code=code)
    house.call("recovery.reset", account="ana", grant=proven["grant"], password=NEW_PASSWORD)
    # A phone may still be registered by whoever had begun; nobody who begins now may.
    begun = house.call("registration.begin", handle=handle, kind="mobilePhone", contact="+4930123456")
    assert begun["enrolment"]
    assert house.refusal("registration.begin", handle=house.open("ben"), kind="mobilePhone", contact="+4930123457") == "notFound"
    assert house.begin("ana")["proofsNeeded"] == 2


def test_feature_F6_groups_are_under_stricter_rules(start):  # noqa: F811
    """A section `groups:` has stricter values for the members of groups; the strictest of all holds, and `policy show --account` tells
    who decided.

    64 KiB, 200 values for groups
    """
    house = start("recovery: {coolingOffHours: 5}\n")
    for name in ("ana", "ben"):
        house.add(name)
    for group in ("staff", "finance"):
        house.client("groups", "add", group)
        house.client("groups", "join", group, "ana")
    apply(house, "passwords: {minimumLength: 20}\n"
                 "groups: {staff: {passwords: {minimumLength: 30}}, finance: {passwords: {minimumLength: 16}}}\n")
    found = {name: next(d for d in house.call("policy.explain", account=name)["decisions"] if d["field"] == "passwords.minimumLength")
             for name in ("ana", "ben")}
    assert (found["ana"]["value"], found["ana"]["group"]) == ("30", "staff")
    assert found["ben"]["value"] == "20" and "group" not in found["ben"]
    shown = house.client("policy", "show", "--account", "ana")
    line = next(line for line in shown.splitlines() if line.startswith("passwords.minimumLength"))
    assert "30" in line and "group staff" in line and "finance says 16" in line
    # The limits of a document.
    names = [f"g{number:02}" for number in range(20)]
    for name in names:
        house.client("groups", "add", name)
    fields = ["phones: false", "devices: false", "questions: false", "temporaryPass: false"]
    nested = {"recovery": ["proofs: 2", "coolingOffHours: 72", "confirmPhones: true"],
              "passwords": ["minimumLength: 40", "remembered: 9"], "registration": ["postponements: 0"]}
    text = ", ".join(fields + [f"{key}: {{{', '.join(some)}}}" for key, some in nested.items()])
    full = "groups:\n" + "".join(f"  {name}: {{{text}}}\n" for name in names)
    apply(house, full)
    assert len(house.call("policy.show")["groups"]) == 200
    told = apply(house, full + "  staff: {phones: false}\n", status=65)
    assert "200" in told
    padded = "recovery: {undoHours: 3}\n"
    apply(house, padded + "#" * (65_536 - len(padded)))
    assert "more than 65536 bytes" in apply(house, padded + "#" * (65_537 - len(padded)), status=65)


def test_feature_F6_a_version_waits_and_the_one_before_counts_a_while(start):  # noqa: F811
    """`--effective-at` has a version wait for its time, `cancel` takes it away, and for 14 days (`recovery.graceDays`) who has too
    little for a new version recovers by the one before.
    """
    house = start(ONE_PROOF)
    house.add("ana")
    house.enrol("ana", app=False)
    soon = house.client("policy", "apply", "-", "--reason", "soon", "--effective-at", moment(house, 2 * DAY), "--allow-loss", text=TWO_PROOFS)
    assert "comes into force" in soon
    house.client("policy", "cancel", "1")
    house.later(2 * DAY + 60)
    assert values(house)["recovery.proofs"][0] == "1", "cancelled"
    apply(house, TWO_PROOFS, "--effective-at", moment(house, 2 * DAY), "--allow-loss")
    house.later(2 * DAY - 60)
    assert values(house)["recovery.proofs"][0] == "1", "not yet"
    house.later(120)
    assert values(house)["recovery.proofs"][0] == "2"
    assert house.call("accounts.explain", account="ana")["graceUntil"]
    house.later(14 * DAY - 240)
    assert house.call("accounts.explain", account="ana")["unmet"] == []
    begun = house.begin("ana")
    assert house.call("recovery.answer", handle=begun["handle"], choice=1, code=house.mailed(begun))["grant"]
    house.later(240)
    assert house.call("accounts.explain", account="ana")["unmet"] == ["registered"]
    assert house.begin("ana")["proofsNeeded"] == 2


def moment(house, ahead):
    """So many seconds after the daemon's time, for a command whose own clock is the machine's."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(house.now() + ahead))


@pytest.mark.parametrize("way", ["command", "signal"])
def test_feature_F6_the_file_is_read_again_whole_or_not_at_all(start, way):  # noqa: F811
    """The file itself is read again by `ssprclient service reload` or SIGHUP, whole or not at all."""
    house = start("recovery: {undoHours: 5}\n")
    file = house.daemon.configuration
    before = file.read_text()

    def reload(status):
        if way == "command":
            return house.client("service", "reload", status=status)
        reloads = len(house.events("configuration.reloaded"))
        os.kill(house.daemon.pid(), signal.SIGHUP)
        wait_until(lambda: len(house.events("configuration.reloaded")) > reloads, what="the reload's record")

    file.write_text(before.replace("undoHours: 5", "undoHours: 6, proofs: 9"))
    reload(65 if way == "command" else None)
    assert values(house)["recovery.undoHours"] == ("5", "configuration"), "nothing of a file with one bad value"
    assert house.events("configuration.reloaded")[-1]["outcome"] == "refused"
    file.write_text(before.replace("undoHours: 5", "undoHours: 6, proofs: 1"))
    reload(0)
    assert values(house)["recovery.undoHours"] == ("6", "configuration") and values(house)["recovery.proofs"] == ("1", "configuration")


@pytest.mark.parametrize("able, losing, refused", [
    (200, 10, False), (300, 11, True), (20, 1, False), (19, 1, True), (60, 3, False), (59, 3, True)])
def test_feature_F6_many_do_not_lose_recovery_by_accident(start, able, losing, refused):  # noqa: F811
    """refused without `--allow-loss` when more than 5 % or more than 10 accounts would lose recovery"""
    house = start(ONE_PROOF + "phones: true\n")
    people(house, able, phones=able - losing)
    told = apply(house, TWO_PROOFS, status=77 if refused else 0)
    assert values(house)["recovery.proofs"][0] == ("1" if refused else "2")
    if refused:
        assert f"{losing} of {able}" in told and "--allow-loss" in told
        apply(house, TWO_PROOFS, "--allow-loss")
        assert values(house)["recovery.proofs"][0] == "2"


def test_feature_F6_a_hundred_are_named(start):  # noqa: F811
    """the first 100 are named"""
    house = start(ONE_PROOF)
    names = people(house, 103)
    planned = house.client("policy", "plan", "-", text=TWO_PROOFS)
    named = [line.split(": ")[1] for line in planned.splitlines() if line.startswith("could not recover: ")]
    assert named == names[:100] and "and 3 more" in planned
