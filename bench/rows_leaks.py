"""What times tell that answers do not."""

import hmac
import os
import random
import struct
import time

import wire
from stage import PASSWORD, Daemon, NotMeasured, Stage
from table import Goal, Row, between

PAIRS, SAMPLES = 1000, 2_000_000
# The group that may begin recoveries for others; and how many of them one uid may begin in a minute (PROTOCOL.md section 6).
GROUP, FIRST_UID, BEGINS = 54_321, 54_000, 30
# Few enough to register their methods in a moment; each is asked about several times.
REGISTERED = 200


def equality(stage: Stage) -> list[Row]:
    """attack C6: does the comparison of secrets tell where two values differ?"""
    found = stage.run("in-process", "equality", SAMPLES)
    unseen, seen = Goal("|t| < 4.5", -4.5, 4.5), Goal("t > 4.5", low=4.5)
    return [
        Row(f"comparing byte arrays, {SAMPLES:,} samples", "t", [found["arrays_t"]], goal=unseen),
        Row(f"comparing secrets, {SAMPLES:,} samples", "t", [found["secrets_t"]], goal=unseen),
        Row("control: a comparison that stops early", "t", [found["early_t"]], goal=seen),
    ]


def auc(known: list[float], unknown: list[float]) -> float:
    """How often a known name's time is above an unknown one's: 0.5 when times tell nothing. From the sum of ranks."""
    both = sorted([(time, True) for time in known] + [(time, False) for time in unknown])
    ranks, place = 0.0, 0
    while place < len(both):
        end = place
        while end < len(both) and both[end][0] == both[place][0]:
            end += 1
        # Equal times share their mean rank.
        ranks += (place + 1 + end) / 2 * sum(is_known for _, is_known in both[place:end])
        place = end
    return (ranks - len(known) * (len(known) + 1) / 2) / (len(known) * len(unknown))


def classify(times: list[float], is_known: list[bool]) -> float:
    return auc(
        [abs(time) for time, known in zip(times, is_known) if known], [abs(time) for time, known in zip(times, is_known) if not known])


def pairs(known: list[str], unknown: list[str], make) -> tuple[list[bytes], list[bool]]:
    """Frames for both of each pair, the order drawn."""
    draw = random.Random(7)
    frames, is_known = [], []
    for pair in zip(known, unknown):
        first = draw.randrange(2)
        for which in (first, 1 - first):
            frames.append(make(pair[which]))
            is_known.append(which == 0)
    return frames, is_known


def names(stage: Stage) -> list[Row]:
    """attack C1: do the times of sign-in and of beginning a recovery tell whether a name is known?

    At low hashing costs, where the hash hides less of everything else: 8 MiB as in the tests, and 1 MiB.
    """
    if os.geteuid() != 0:
        raise NotMeasured("recoveries under many uids need root: one uid may begin 30 in a minute")
    roles = f"roles: {{helper: {{users: [0], groups: [{GROUP}]}}}}\nrecovery: {{coolingOffHours: 0}}\n"
    known = [f"person{i:04d}" for i in range(PAIRS)]
    unknown = [f"nobody{i:04d}" for i in range(PAIRS)]
    goal = between(0.48, 0.52)
    rows = []
    for memory_kib in (8192, 1024):
        with Daemon(stage, passes=1, memory_kib=memory_kib, configuration=roles) as daemon:
            stage.add_accounts(daemon.socket, known)
            found = sign_in(stage, daemon, known, unknown)
            rows.append(Row(f"sign-in, 1 pass, {memory_kib // 1024} MiB, {PAIRS:,} pairs", "AUC", [found], goal=goal))
            # No hash is made there, so one cost will do.
            if memory_kib == 1024:
                found = begin(stage, daemon, known[:REGISTERED], unknown[:REGISTERED])
                rows.append(Row(f"recovery.begin, {PAIRS:,} pairs", "AUC", [found], goal=goal))
    return rows


def sign_in(stage: Stage, daemon: Daemon, known: list[str], unknown: list[str]) -> float:
    """With a wrong password, so that the answers are alike; each name once, so that none locks."""
    frames, is_known = pairs(
        known, unknown, lambda name: wire.frame("signin.authenticate", account=name, password="a wrong password of hers"))
    times = stage.each(daemon.socket, frames)
    if max(times) > 0:
        raise NotMeasured("a wrong password was accepted")
    return classify(times, is_known)


def begin(stage: Stage, daemon: Daemon, known: list[str], unknown: list[str]) -> float:
    with wire.Client(daemon.socket) as client:
        for name in known:
            register(client, name)
    repeats = PAIRS // len(known)
    frames, is_known = pairs(
        known * repeats, unknown * repeats, lambda name: wire.frame("recovery.begin", account=name, purpose="reset"))
    times = stage.each(daemon.socket, frames, FIRST_UID, GROUP, BEGINS)
    if min(times) < 0:
        raise NotMeasured("recovery.begin was refused")
    return classify(times, is_known)


def register(client: wire.Client, name: str):
    """Registers a mail address and an app: enough for its recovery to be a real one."""
    handle = client.call("registration.prove", account=name, password=PASSWORD)["handle"]
    begun = client.call("registration.begin", handle=handle, kind="email", contact=f"{name}@example.org")
    while True:
        job = client.call("agents.claimDelivery")["job"]
        client.call("agents.reportDelivery", id=job["id"], lease=job["lease"], outcome="accepted")
        if job["kind"] == "confirmationCode":
            break
    client.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=job["code"])
    begun = client.call("registration.begin", handle=handle, kind="totp")
    client.call("registration.confirm", handle=handle, enrolment=begun["enrolment"], code=app_code(begun["key"]))


def app_code(key: bytes) -> str:
    """RFC 6238: six digits, SHA-1, 30 seconds."""
    tag = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    place = tag[-1] & 15
    return f"{(int.from_bytes(tag[place:place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"
