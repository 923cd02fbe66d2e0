"""Whoever loses a role by a reload has lost it when the reload is acknowledged (I20; decision 32)."""

import contextlib
import os
import threading

import pytest
import sspr
from harness import PASSWORD, as_uid, needs_root, wait_until
from reloading import STRANGER, ended, reload, roles, start, stranger

__all__ = ["start", "stranger"]


@needs_root
@pytest.mark.parametrize("way", ["call", "signal"])
def test_invariant_I20_no_call_of_a_removed_role_succeeds_after_the_acknowledgement(start, stranger, way):
    world = start(roles(stranger=True))
    for name in ("ana", "ben"):
        world.add(name)
    peer = stranger(world)

    def made():
        """What the stranger has done, by the trail."""
        return sum(r["event"]["actor"]["uid"] == STRANGER for r in world.audit())

    def work(client, counts, place):
        with contextlib.suppress(sspr.Closed, OSError):
            while True:
                client.call("accounts.enable", account=("ana", "ben")[place % 2], isEnabled=counts[place] % 2 == 1)
                counts[place] += 1

    done = 0
    for _ in range(20):
        clients = [peer.connect() for _ in range(4)]
        follower, idle, own = peer.connect(), peer.connect(), world.daemon.connect()
        assert idle.call("service.hello")["roles"] == ["administrator", "auditor", "person"]
        follower.start("audit.follow", after=10**9)
        counts = [0] * len(clients)
        threads = [threading.Thread(target=work, args=(client, counts, place)) for place, client in enumerate(clients)]
        for thread in threads:
            thread.start()
        wait_until(lambda: min(counts) >= 3, what="calls of each")
        world.daemon.write(roles(stranger=False))
        if way == "call":
            own.call("configuration.reload")
        else:
            assert "failed" not in world.daemon.hang_up()["STATUS"]
        # Acknowledged: nobody waits for anything here.
        assert ended(idle) and ended(follower)
        before = made()
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive()
        assert made() == before, "a call of a removed role succeeded after the reload"
        with pytest.raises(sspr.Failed) as failed:
            peer.connect().call("accounts.list")
        assert failed.value.name == "denied"
        own.call("service.ping")  # root's connection was left alone
        assert before > done
        done = before
        reload(world, roles(stranger=True))


@needs_root
def test_invariant_I20_a_reload_waits_for_a_call_that_is_hashing(start, stranger):
    # Half a second a hash: under way when the reload comes, and over before the reload gives up, also where others want the cores.
    world = start(roles(stranger=True), hashing="hashing: {passes: 3, memoryKiB: 262144}\n")
    client = stranger(world).connect()
    client.call("service.ping")
    client.start("accounts.add", account="eve", password=PASSWORD)
    wait_until(lambda: is_hashing(world.daemon.pid()), what="a hash")
    reload(world, roles(stranger=False))
    added = [e["account"] for e in world.events("account.added")]
    # A hash of our own has its turn after the stranger's: whatever that call would have done is done now.
    world.add("zoe")
    assert [e["account"] for e in world.events("account.added")] == added + ["zoe"]
    assert ended(client)


def is_hashing(pid):
    """True while one of the daemon's hashing threads runs: they are the ones that are nice."""
    for task in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(OSError):
            fields = open(f"/proc/{pid}/task/{task}/stat").read().rsplit(")", 1)[1].split()
            if fields[0] == "R" and int(fields[16]) > 0:
                return True
    return False


@needs_root
def test_invariant_I20_who_takes_the_own_role_away_is_answered_and_then_nobody(start, stranger):
    world = start(roles(stranger=True))
    client = stranger(world).connect()
    world.daemon.write(roles(stranger=False))
    changes = client.call("configuration.reload")["changes"]
    assert {c["field"] for c in changes} == {"roles.administrator.users", "roles.auditor.users"}
    with pytest.raises((sspr.Closed, OSError)):
        client.call("service.ping")
    [(kind, name)] = as_uid(STRANGER, world.daemon.socket, [("configuration.reload", {})])
    assert (kind, name) == ("failure", "denied")
    reload(world, roles(stranger=True))
    assert as_uid(STRANGER, world.daemon.socket, [("configuration.reload", {})]) == [("reply", {"changes": []})]


@needs_root
def test_denied_uids_lose_what_their_groups_gave_them(start, stranger):
    text = "roles: {administrator: {users: [0]}, auditor: {users: [0], groups: [%d]}}\n" % STRANGER
    world = start(text)
    client = stranger(world).connect()
    assert client.call("service.hello")["roles"] == ["auditor", "person"]
    assert reload(world, text + f"denied: [{STRANGER}]\n") == {"denied": ("", str(STRANGER))}
    assert ended(client)
    assert as_uid(STRANGER, world.daemon.socket, [("service.hello", {})])[0][1]["roles"] == ["person"]
