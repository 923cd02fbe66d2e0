"""The courier and a daemon that comes, goes, and refuses."""

import pathlib
import signal
import subprocess

import pytest

from fake_daemon import CLAIM_DELIVERY, delivery
from harness import wait_until


def wait_for_words(agent, words):
    """What a courier does in its first seconds counts from here: its start may take as long as the machine likes."""
    wait_until(lambda: words in agent.said(), seconds=40, what=words)


@pytest.fixture
def spool(folder):
    path = pathlib.Path(folder, "spool")
    path.mkdir(mode=0o700)
    return path


def test_it_waits_for_the_daemon_and_says_so_once(daemon, start, spool):
    daemon.stop()
    agent = start("sspr-courier", "--spool", str(spool))
    wait_for_words(agent, "cannot reach ssprd")
    with pytest.raises(subprocess.TimeoutExpired):
        agent.process.wait(timeout=4)  # Several tries.
    daemon.start()
    daemon.give(CLAIM_DELIVERY, delivery(20))
    assert daemon.report_of(20)[3] == "accepted"
    assert agent.said().count("cannot reach ssprd") == 1
    assert agent.said().count("the daemon answers again") == 1


def test_a_restart_of_the_daemon_is_survived(daemon, start, spool):
    start("sspr-courier", "--spool", str(spool))
    daemon.wait_for_claim()
    daemon.stop()
    daemon.start()
    daemon.give(CLAIM_DELIVERY, delivery(21))
    assert daemon.report_of(21)[3] == "accepted"


def test_a_late_report_is_told_and_the_next_message_is_taken(daemon, start, spool):
    agent = start("sspr-courier", "--spool", str(spool))
    daemon.late.add(22)
    for number in (22, 23):
        daemon.give(CLAIM_DELIVERY, delivery(number))
        daemon.report_of(number)
    assert "message 22: the report was not taken (refused: refused)" in agent.said()


def test_without_the_role_it_does_not_hammer(daemon, start, spool):
    daemon.refuse_claims = True
    agent = start("sspr-courier", "--spool", str(spool))
    wait_for_words(agent, "refuses to hand out work")
    with pytest.raises(subprocess.TimeoutExpired):
        agent.process.wait(timeout=5)
    assert 1 <= len(daemon.claims) <= 4, "1 s, 2 s, 4 s"
    assert agent.said().count("refuses to hand out work (denied)") == 1


def test_a_foreign_server_is_not_trusted(daemon, start, spool):
    agent = start("sspr-courier", "--spool", str(spool), "--server-uid", "54321")
    wait_for_words(agent, "not trusted")
    with pytest.raises(subprocess.TimeoutExpired):
        agent.process.wait(timeout=3)
    assert daemon.claims == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_idle_it_ends_at_once(number, daemon, start, spool):
    agent = start("sspr-courier", "--spool", str(spool))
    daemon.wait_for_claim()
    assert agent.end(number) == 0
