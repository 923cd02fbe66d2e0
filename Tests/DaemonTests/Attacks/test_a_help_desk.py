"""Rows I37 and I38: what the help desk must do before it lets somebody in, and whom it never lets in; by the built programs."""

import subprocess

import pytest

from harness import PASSWORD, Daemon, World, as_uid, client_program, folder, needs_root  # noqa: F401

STAFF = 2005
CONFIGURATION = f"""
temporaryPass: true
recovery: {{coolingOffHours: 0}}
helpDesk: {{contact: "room 12, +49 30 1234"}}
roles: {{helpdesk: {{users: [{STAFF}]}}}}
"""


@pytest.fixture
def world(folder):
    daemon = Daemon(folder, CONFIGURATION).start()
    yield World(daemon)
    daemon.stop()


def client(world, *words, text=None):
    return subprocess.run([client_program(), *words, "--socket", str(world.daemon.socket)], text=True, input=text,
                          capture_output=True, timeout=60)


def staff(world, name, **fields):
    kind, found = as_uid(STAFF, world.daemon.socket, [(name, fields)])[0]
    assert kind in ("reply", "failure"), found
    return found


@needs_root
def test_invariant_I37_the_help_desk_asks_before_it_issues_a_pass(world):
    """Guard: HelpDesk.issuePass takes a verification of this peer, in the transaction that makes the pass."""
    world.add("ana")
    world.enrol("ana")
    assert staff(world, "accounts.pass", account="ana") == "unverified"
    assert staff(world, "accounts.pass", account="ana", isVouchedFor=True) == "refused"
    begun = staff(world, "helpdesk.verify", account="ana")
    assert [method["kind"] for method in begun["methods"]] == ["email"]
    staff(world, "recovery.send", handle=begun["handle"], choice=1)
    code = world.code("helpDeskCode")
    # What the caller tells is good in that conversation only, and for that peer.
    recovery = world.begin("ana")
    mailed = world.mailed(recovery)
    assert world.refusal("recovery.answer", handle=recovery["handle"], choice=1, code=code) == "refused"
    assert world.refusal("recovery.answer", handle=begun["handle"], choice=1, code=code) == "refused"
    assert staff(world, "recovery.answer", handle=begun["handle"], choice=1, code=mailed) == "refused"
    grant = staff(world, "recovery.answer", handle=begun["handle"], choice=1, code=code)["grant"]
    # It is the help desk's knowledge and no grant: nobody sets a password with it.
    assert staff(world, "recovery.reset", account="ana", grant=grant, password=b"another one that is long") in ("denied", "refused")
    assert world.refusal("recovery.reset", account="ana", grant=grant, password=b"another one that is long") == "refused"
    world.daemon.kill()
    world.daemon.start()
    issued = staff(world, "accounts.pass", account="ana")
    assert len(issued["pass"]) == 12
    assert staff(world, "accounts.pass", account="ana") == "unverified"
    events = world.events("pass.issued", account="ana")
    assert [(e["outcome"], e.get("reason")) for e in events] == [
        ("refused", "unverified"), ("refused", "denied"), ("succeeded", None), ("refused", "unverified")]
    assert events[2]["recovery"] == world.events("helpdesk.verified", account="ana")[0]["recovery"]
    assert world.call("signin.authenticate", account="ana", password=PASSWORD) == {}
    world.verify()


@needs_root
def test_invariant_I38_the_help_desk_lets_no_administrator_in(world):
    """Guard: HelpDesk.issuePass asks for the role of both, before anything else."""
    world.call("accounts.add", account="chief", role="globalAdministrator", password=PASSWORD)
    assert staff(world, "accounts.pass", account="chief") == "refused"
    # Nothing else that administrators may do.
    for name in ("accounts.enable", "accounts.add", "policy.show", "audit.read"):
        assert staff(world, name) == "denied", name
    assert world.events("pass.issued", account="chief")[0]["reason"] == "denied"
    # An administrator may, where there is nothing to ask, and the trail says that nobody was asked.
    assert client(world, "helpdesk", "pass", "chief").returncode == 0
    assert world.events("pass.issued", account="chief")[-1]["reason"] == "unverified"


def test_the_help_desk_types_what_the_caller_tells(world):
    world.add("ana")
    world.enrol("ana")
    refused = client(world, "helpdesk", "pass", "ana")
    assert refused.returncode == 77 and "ssprclient helpdesk verify ana" in refused.stderr, refused.stderr
    process = subprocess.Popen(
        [client_program(), "helpdesk", "verify", "ana", "--method", "email", "--answers-from", "-", "--socket", str(world.daemon.socket)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    code = world.code("helpDeskCode")
    said, told = process.communicate(code + "\n", timeout=60)
    assert process.returncode == 0, told
    assert "the caller tells it to you" in told and "The caller is ana" in told
    issued = client(world, "helpdesk", "pass", "ana")
    assert issued.returncode == 0 and len(issued.stdout.strip().replace("-", "").replace(" ", "")) == 12
    world.add("bob")
    nothing = client(world, "helpdesk", "verify", "bob")
    assert nothing.returncode == 67 and "in person" in nothing.stderr
    assert client(world, "helpdesk", "verify", "nobody").returncode == 67


def test_whoever_is_refused_is_told_where_the_help_desk_is(world):
    world.add("ana")
    world.enrol("ana")
    refused = client(world, "reset", "ana", "--method", "totp", "--answers-from", "-", text="000000\n")
    assert refused.returncode == 77 and "Help desk: room 12, +49 30 1234" in refused.stderr, refused.stderr
    json = client(world, "reset", "ana", "--json", "--method", "totp", "--answers-from", "-", text="000000\n")
    assert '"helpDesk":"room 12, +49 30 1234"' in json.stderr, json.stderr
    # Administrators are not people who are refused.
    assert "Help desk:" not in client(world, "accounts", "show", "nobody").stderr
