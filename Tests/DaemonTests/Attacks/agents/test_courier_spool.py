"""The courier with a spool folder: what messages look like, what repeats do, and how it ends."""

import email
import email.policy
import os
import pathlib
import signal
import stat
import subprocess
from email.utils import parsedate_to_datetime

import pytest

from fake_daemon import CLAIM_DELIVERY, delivery

KINDS = ["confirmationCode", "recoveryCode", "passwordReset", "passwordChanged", "passwordUndone", "takeoverReported", "accountUnlocked", "methodAdded",
         "methodRemoved", "methodDisabled", "recoveryBlocked", "recoveryDenied", "administratorReset", "administratorResets", "policyChanged",
         "temporaryPassIssued", "recoveryCodesLow", "reminder", "resetUncertain", "unlockUncertain"]
CODES = {"confirmationCode", "recoveryCode"}


@pytest.fixture
def spool(folder):
    path = pathlib.Path(folder, "spool")
    path.mkdir(mode=0o700)
    return path


def parse(path):
    data = path.read_bytes()
    assert b"\n" not in data.replace(b"\r\n", b""), "RFC 5322 lines end with CR LF"
    return email.message_from_bytes(data, policy=email.policy.default)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_whole_message(kind, daemon, start, spool):
    start("sspr-courier", "--spool", str(spool))
    happened = 1_772_460_549_000  # 2 March 2026, 14:09:09 UTC
    daemon.give(CLAIM_DELIVERY, delivery(77, kind, "48210637" if kind in CODES else None, happened=happened))
    assert daemon.report_of(77) == {1: 77, 2: 1, 3: "accepted"}
    path = spool / f"77-{kind}.eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    message = parse(path)
    assert not message.defects
    assert message["To"] == "alice@example.org"
    assert message["From"].addresses[0].addr_spec == "sspr@courier.invalid"
    assert message["Message-ID"] == "<sspr.77@courier.invalid>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Type"].content_type == "text/plain" and message["Content-Type"].params["charset"] == "utf-8"
    assert message["Subject"] and "48210637" not in message["Subject"]
    assert parsedate_to_datetime(message["Date"]).utcoffset().total_seconds() == 0
    text = message.get_content()
    assert "alice" in text
    if kind == "administratorResets":
        assert "since you were last told: 3." in " ".join(text.split()) and "The accounts: ada, bob." in " ".join(text.split())
    if kind in CODES:
        assert "48210637" in text.splitlines(), "a code stands on a line of its own"
        assert "If it was not you" in text
    else:
        assert "2 Mar 2026, 14:09 UTC" in " ".join(text.split())
        # A reminder tells of nothing that somebody else may have done; it must not look like one that asks for a password.
        assert ("administrator" if kind != "reminder" else "Nobody at SSPR asks for your password") in text
    assert all(len(line) <= 72 for line in text.splitlines())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_in_german(kind, daemon, start, spool):
    start("sspr-courier", "--spool", str(spool))
    happened = 1_772_460_549_000  # 2 March 2026, 14:09:09 UTC
    daemon.give(CLAIM_DELIVERY, delivery(78, kind, "48210637" if kind in CODES else None, happened=happened, language="de-AT"))
    daemon.report_of(78)
    message = parse(spool / f"78-{kind}.eml")
    assert not message.defects and message["Content-Language"] == "de"
    assert "(SSPR)" in message["Subject"] or kind in CODES
    text = message.get_content()
    assert kind == "confirmationCode" or " Sie " in text and "alice" in text and "administrator" not in text
    assert kind in ("confirmationCode", "reminder") or "Administration" in text
    if kind in CODES:
        assert "48210637" in text.splitlines()
    elif kind == "reminder":
        assert "2. März 2026, 14:09 Uhr (UTC)" in " ".join(text.split()) and "Niemand von SSPR fragt" in " ".join(text.split())
    elif kind == "administratorResets":
        assert "Das wurde am 2. März 2026, 14:09 Uhr (UTC) zusammengestellt" in " ".join(text.split()) and "haben: 3." in " ".join(text.split())
    else:
        assert "Das geschah am 2. März 2026, 14:09 Uhr (UTC)." in text.replace("\n", " ")
    assert all(len(line) <= 72 for line in text.splitlines())


@pytest.mark.parametrize("moment, words", [
    (0, "1 Jan 1970, 00:00 UTC"), (951_782_399_000, "28 Feb 2000, 23:59 UTC"), (951_782_400_000, "29 Feb 2000, 00:00 UTC"),
    (1_709_164_800_000, "29 Feb 2024, 00:00 UTC"), (1_735_689_599_999, "31 Dec 2024, 23:59 UTC"),
    (4_107_542_400_000, "1 Mar 2100, 00:00 UTC"), (-1, "31 Dec 1969, 23:59 UTC"),
])
def test_moments_are_told_in_the_calendar(moment, words, daemon, start, spool):
    start("sspr-courier", "--spool", str(spool))
    daemon.give(CLAIM_DELIVERY, delivery(5, "passwordChanged", None, happened=moment))
    daemon.report_of(5)
    assert words in parse(spool / "5-passwordChanged.eml").get_content().replace("\n", " ")


def test_a_repeat_replaces_the_file(daemon, start, spool):
    start("sspr-courier", "--spool", str(spool))
    for lease in (1, 2):
        daemon.give(CLAIM_DELIVERY, delivery(9, lease=lease))
        assert daemon.report_of(9, count=lease)[2] == lease
    assert [path.name for path in spool.iterdir()] == ["9-recoveryCode.eml"]


def test_a_folder_that_cannot_be_written_to_loses_no_message(daemon, start, spool):
    agent = start("sspr-courier", "--spool", str(spool))
    daemon.wait_for_claim()
    spool.rmdir()
    daemon.give(CLAIM_DELIVERY, delivery(13))
    assert daemon.report_of(13)[3] == "retry", agent.said()
    spool.mkdir(mode=0o700)
    daemon.give(CLAIM_DELIVERY, delivery(13, lease=2))
    assert daemon.report_of(13, 2)[3] == "accepted" and len(list(spool.iterdir())) == 1


def test_an_expired_message_is_never_written(daemon, start, spool):
    agent = start("sspr-courier", "--spool", str(spool))
    daemon.give(CLAIM_DELIVERY, delivery(10, life=-1))
    assert daemon.report_of(10)[3] == "rejected"
    assert list(spool.iterdir()) == []
    assert "expired" in agent.said()


def test_a_code_message_without_code_is_rejected(daemon, start, spool):
    start("sspr-courier", "--spool", str(spool))
    daemon.give(CLAIM_DELIVERY, delivery(11, code=None))
    assert daemon.report_of(11)[3] == "rejected"
    assert list(spool.iterdir()) == []


def test_the_log_holds_neither_codes_nor_addresses(daemon, start, spool):
    agent = start("sspr-courier", "--spool", str(spool))
    daemon.give(CLAIM_DELIVERY, delivery(12))
    daemon.report_of(12)
    assert "message 12 (recoveryCode): accepted" in agent.said()
    assert "48210637" not in agent.said() and "alice" not in agent.said() and "example.org" not in agent.said()


@pytest.mark.parametrize("address", ["alice@example.org\r\nBcc: eve@example.org", "alice\n@example.org", "a@b"])
def test_an_address_that_ends_its_line_is_never_used(address, daemon, start, spool):
    """attack G7: the message cannot even be decoded, so nothing is written or reported."""
    agent = start("sspr-courier", "--spool", str(spool))
    daemon.give(CLAIM_DELIVERY, delivery(13, address=address))
    daemon.wait_until_handed_out(13)
    daemon.give(CLAIM_DELIVERY, delivery(14))
    daemon.report_of(14)
    assert [path.name for path in spool.iterdir()] == ["14-recoveryCode.eml"]
    assert [report[1] for report in daemon.reports] == [14]
    assert "eve" not in agent.said()


def test_killed_before_the_rename_leaves_nothing_half(daemon, start, spool):
    """SIGKILL between writing and renaming; the next lease finishes the message and removes what was left."""
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=renameat", "-e", "inject=renameat:signal=SIGKILL"]
    agent = start("sspr-courier", "--spool", str(spool), prefix=strace)
    daemon.give(CLAIM_DELIVERY, delivery(15, lease=1))
    assert agent.process.wait(timeout=60) in (-signal.SIGKILL, 128 + signal.SIGKILL)
    # The kernel may have renamed before the signal struck: either all of it is there or none under the final name.
    assert all(path.name == "15-recoveryCode.eml" or path.name.startswith(".") for path in spool.iterdir())
    start("sspr-courier", "--spool", str(spool))
    daemon.give(CLAIM_DELIVERY, delivery(15, lease=2))
    daemon.report_of(15)
    assert [path.name for path in spool.iterdir()] == ["15-recoveryCode.eml"]
    assert parse(spool / "15-recoveryCode.eml")["Message-ID"] == "<sspr.15@courier.invalid>"


def test_sync_comes_before_rename_and_report(daemon, start, spool, folder):
    trace = os.path.join(folder, "trace")
    agent = start("sspr-courier", "--spool", str(spool),
                  prefix=["strace", "-f", "-qq", "-o", trace, "-e", "trace=fsync,renameat,sendto,write"])
    daemon.give(CLAIM_DELIVERY, delivery(16))
    daemon.report_of(16)
    agent.end()
    calls = [line.split(maxsplit=1)[1] for line in pathlib.Path(trace).read_text().splitlines()]
    first_sync = next(i for i, call in enumerate(calls) if call.startswith("fsync"))
    rename = next(i for i, call in enumerate(calls) if call.startswith("renameat"))
    second_sync = next(i for i, call in enumerate(calls) if i > rename and call.startswith("fsync"))
    report = next(i for i, call in enumerate(calls) if i > rename and call.startswith("sendto"))
    assert first_sync < rename < second_sync < report


@pytest.mark.parametrize("mode", [0o777, 0o770])
def test_a_folder_that_others_may_write_to_is_refused(mode, daemon, start, spool):
    spool.chmod(mode)
    agent = start("sspr-courier", "--spool", str(spool))
    assert agent.process.wait(timeout=60) != 0
    assert "writable by nobody else" in agent.said()


def test_a_link_in_place_of_the_file_is_replaced_not_followed(daemon, start, spool, folder):
    victim = pathlib.Path(folder, "victim")
    victim.write_text("untouched")
    (spool / ".17-recoveryCode.1").symlink_to(victim)
    (spool / "17-recoveryCode.eml").symlink_to(victim)
    start("sspr-courier", "--spool", str(spool))
    daemon.give(CLAIM_DELIVERY, delivery(17, lease=1))
    assert daemon.report_of(17)[3] == "retry", "a link under the temporary name is not opened"
    daemon.give(CLAIM_DELIVERY, delivery(17, lease=2))
    assert daemon.report_of(17, count=2)[3] == "accepted"
    assert victim.read_text() == "untouched"
    assert not (spool / "17-recoveryCode.eml").is_symlink()


def test_no_debris_of_whoever_started_it_is_inherited(daemon, folder, spool, binary):
    """A descriptor left open by the starter is closed before the first call."""
    keep = os.open(os.path.join(folder, "leak"), os.O_CREAT | os.O_RDWR, 0o600)
    process = subprocess.Popen([binary("sspr-courier"), "--socket", daemon.path, "--spool", str(spool)], pass_fds=[keep])
    try:
        daemon.wait_for_claim()
        links = [os.readlink(f"/proc/{process.pid}/fd/{n}") for n in os.listdir(f"/proc/{process.pid}/fd")]
        assert not any(link.endswith("/leak") for link in links)
    finally:
        process.kill()
        process.wait()
        os.close(keep)
