"""Who waits sees it: from the second second on, in one line that is gone when the answer is there."""

import contextlib
import re
import signal
import subprocess

import pytest

from harness import NEW_PASSWORD, PASSWORD, client_program, wait_until

WAITING = "Waiting for ssprd to change the password of"


@contextlib.contextmanager
def changing(place, account, **more):
    """Somebody whose new password is on its way to a daemon that has no time."""
    place.world.add(account)
    with place.person(["change"], account, **more) as person:
        person.answer("Present password", PASSWORD)
        person.answer("New password", NEW_PASSWORD)
        person.wait_for("Again:")
        place.daemon.process.send_signal(signal.SIGSTOP)
        try:
            person.keys(NEW_PASSWORD + "\n")
            yield person
        finally:
            place.daemon.process.send_signal(signal.SIGCONT)


def test_the_line_counts_and_goes_away(place):
    with changing(place, "counts") as person:
        for seconds in (1, 2):
            person.wait_for(f"{WAITING} counts ({seconds} s)")
        place.daemon.process.send_signal(signal.SIGCONT)
        assert person.end() == 0
        person.assert_sane()
        assert WAITING not in person.shown() and person.shown().endswith("The password of counts is changed.")


def test_in_a_narrow_terminal_it_stays_one_line(place):
    with changing(place, "narrow", columns=30) as person:
        person.wait_for("Waiting for ssprd to change", seconds=20)
        place.daemon.process.send_signal(signal.SIGCONT)
        assert person.end() == 0
        assert "Waiting" not in person.shown()


@pytest.mark.parametrize("more", [{"SSPR_ACCESSIBLE": "1"}, {"TERM": "dumb"}], ids=["accessible", "dumb"])
def test_where_nothing_may_be_redrawn_it_is_said_once(place, more):
    account = f"once{len(more)}{next(iter(more)).lower().replace('_', '')}"
    with changing(place, account, **more) as person:
        person.wait_for(f"{WAITING} {account} ...")
        # Long enough for a second line, if there were one.
        person.read(0.5)
        place.daemon.process.send_signal(signal.SIGCONT)
        assert person.end() == 0
        assert person.is_plain() and person.raw.count("Waiting") == 1


def test_programs_see_nothing_of_it(place):
    place.world.add("program")
    place.daemon.process.send_signal(signal.SIGSTOP)
    run = subprocess.Popen([client_program(), "change", "--answers-from", "-"], env=place.environment("program"), text=True,
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        run.stdin.write(f"{PASSWORD}\n{NEW_PASSWORD}\n")
        run.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(1.5)
    finally:
        place.daemon.process.send_signal(signal.SIGCONT)
    said = run.communicate(timeout=30)
    assert run.returncode == 0 and said == ("", "The password of program is changed.\n")


def test_the_number_for_a_device_stays_in_sight(place):
    device = place.enrol("sight", "email", "push")["push"]
    with place.person(["reset"], "sight", columns=40) as person:
        person.answer("Which one", "push")
        number = re.search(r"Type (\d\d) on your device \(", person.wait_for([f"Type {n:02d} on your device (" for n in range(100)])).group(1)
        last = person.shown().splitlines()[-1]
        assert re.fullmatch(rf"[|/\\-] Type {number} on your device \(\d min( \d+ s)?\)", last), last
        question = wait_until(device.questions, what="the question")[0]
        device.answer(question, "approve", int(number))
        person.wait_for("Accepted.")
        assert "on your device (" not in person.shown()
