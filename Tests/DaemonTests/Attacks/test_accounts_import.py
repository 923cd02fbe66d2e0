"""Lists of accounts, groups and licences: the real client against the real daemon."""

import json
import os
import random
import signal
import subprocess

import pytest

from harness import Daemon, World, client_program, resident_kib, wait_until

BATCH = 256


def start(world, *arguments, **options):
    return subprocess.Popen([client_program(), *map(str, arguments), "--socket", str(world.daemon.socket)], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def client(world, *arguments, status=0, text=""):
    process = start(world, *arguments, stdin=subprocess.PIPE)
    out, err = process.communicate(text, timeout=300)
    assert process.returncode == status, (out[-2000:], err[-2000:])
    return out


def names(world):
    """All accounts that the daemon has."""
    found, after = [], None
    with world.daemon.connect() as peer:
        while True:
            page = peer.call("accounts.list", **({"after": after} if after else {}))
            found += [account["account"] for account in page["accounts"]]
            if page["isLast"]:
                return found
            after = found[-1]


def write_list(path, count, bad=()):
    """A CSV list whose lines of these numbers are bad, each in another way."""
    ways = ["n%d,notanumber,,", "n%d,%d,king,", "n %d,%d,,", "n%d,%d,,nowhere", "\"n%d,%d,,", "n%d,%d", ",%d,,", "n%d,%d,user,,extra"]
    with open(path, "w") as file:
        file.write("name,uid,role,groups\n")
        for number in range(2, count + 2):
            way = ways[number % len(ways)] if number in bad else "n%d,%d,,"
            file.write((way % ((number, number + 100_000) if way.count("%d") == 2 else number)) + "\n")


def refused_lines(out):
    return [int(line.split("\t")[0]) for line in out.splitlines() if line[:1].isdigit()]


def test_ten_thousand_lines_with_bad_ones_in_between(world, folder):
    path = folder / "list.csv"
    bad = set(random.Random(7).sample(range(2, 10_002), 60))
    write_list(path, 10_000, bad)
    world.call("groups.add", group="staff")
    before = world.verify()["verified"]
    out = client(world, "accounts", "import", path, "--dry-run", status=65)
    tried = refused_lines(out)
    assert sorted(tried) == sorted(bad)
    assert names(world) == [] and world.verify()["verified"] == before, "a dry run changes nothing"
    out = client(world, "accounts", "import", path, "--strict", status=65)
    assert sorted(refused_lines(out)) == sorted(bad)
    assert names(world) == [] and world.verify()["verified"] == before, "one bad line keeps all out"
    out = client(world, "accounts", "import", path, status=65)
    assert sorted(refused_lines(out)) == sorted(bad)
    assert len(names(world)) == 10_000 - len(bad)
    # Whatever is there already is named, or passed over where that is asked for.
    out = client(world, "accounts", "import", path, "--skip-existing", status=65)
    assert sorted(refused_lines(out)) == sorted(bad)
    world.verify()


def test_json_lines_with_everything_and_strict(world, folder):
    path = folder / "list.jsonl"
    world.call("groups.add", group="staff")
    world.call("groups.add", group="second")
    rows = [{"name": "ana", "uid": 5001, "role": "administrator", "language": "de", "email": "ana@example.org",
             "mobile": "+493055512342", "office": "+493055512342;ext=7", "groups": ["staff", "second"]},
            {"name": "bo", "target": "shadow", "groups": "staff"}, {"name": "cy", "uid": None}]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    client(world, "accounts", "import", path, "--strict")
    ana = world.call("accounts.show", account="ana")
    assert sorted(ana["methods"]) == ["email", "mobilePhone", "officePhone"]
    assert (ana["uid"], ana["role"], ana["language"]) == (5001, "administrator", "de")
    assert sorted(client(world, "groups", "show", "staff").split()) == ["ACCOUNT", "ana", "bo"]
    described = world.call("registration.describe", account="ana")
    assert all(method["isPrefilled"] for method in described["methods"])


def explain(world, name):
    ended = subprocess.run([client_program(), "accounts", "explain", name, "--socket", str(world.daemon.socket)], text=True,
                           capture_output=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout + ended.stderr


def test_an_import_that_is_killed_leaves_whole_batches(world, folder):
    path = folder / "list.csv"
    write_list(path, 20_000)
    process = start(world, "accounts", "import", path)
    wait_until(lambda: len(world.call("accounts.list")["accounts"]) == 64, what="the first batch")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    # What was on its way when it was killed may still be done.
    wait_until(lambda: names(world) == names(world), what="the last batch")
    there = names(world)
    assert len(there) % BATCH == 0 and 0 < len(there) < 20_000, len(there)
    assert set(there) == {f"n{number}" for number in range(2, len(there) + 2)}, "whole batches, in order"
    client(world, "accounts", "import", path, "--skip-existing")
    assert len(names(world)) == 20_000
    world.verify()


def test_a_daemon_that_is_killed_keeps_whole_batches(folder):
    daemon = Daemon(folder).start()
    world = World(daemon)
    path = folder / "list.csv"
    write_list(path, 20_000)
    process = start(world, "accounts", "import", path)
    wait_until(lambda: len(world.call("accounts.list")["accounts"]) == 64, what="the first batch")
    daemon.kill()
    process.communicate(timeout=60)
    assert process.returncode != 0
    daemon.start()
    there = names(world)
    assert len(there) % BATCH == 0 and 0 < len(there) < 20_000, len(there)
    client(world, "accounts", "import", path, "--skip-existing")
    assert len(names(world)) == 20_000
    world.verify()
    daemon.stop()


def test_the_daemons_memory_does_not_grow_with_the_list(world, folder):
    sizes = []
    for part in range(3):
        path = folder / f"list{part}.csv"
        path.write_text("name\n" + "".join(f"p{part}x{number}\n" for number in range(15_000)))
        client(world, "accounts", "import", path)
        sizes.append(resident_kib(world.daemon.pid()))
    assert sizes[2] < sizes[0] + 16_384, sizes


def test_sync_reads_what_getent_prints(world):
    listing = ("root:x:0:0:root:/root:/bin/sh\nana:x:1000:1000:Ana,,,:/home/ana:/bin/sh\n"
               "we ird:x:1001:1001::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n")
    out = client(world, "accounts", "sync", "--from", "-", text=listing, status=65)
    assert refused_lines(out) == [3]
    assert names(world) == ["ana"]
    assert world.call("accounts.show", account="ana")["target"] == "shadow"
    client(world, "accounts", "sync", "--from", "-", text=listing.replace("we ird", "weird"))
    assert names(world) == ["ana", "weird"]
    client(world, "accounts", "sync", "--from", "system", status=64)


def test_licences_and_groups_from_the_command_line(world):
    for name in ("ana", "bo"):
        world.add(name)
    client(world, "licences", "unassign", "default", "--everyone")
    assert "licences assign PLAN --account ana" in explain(world, "ana")
    client(world, "licences", "add", "one", "--seats", "1")
    client(world, "groups", "add", "staff")
    client(world, "licences", "assign", "one", "--group", "staff")
    client(world, "groups", "join", "staff", "ana", "bo", status=65)
    client(world, "groups", "join", "staff", "ana")
    client(world, "licences", "assign", "one", "--account", "bo", status=65)
    plans = json.loads(client(world, "licences", "list", "--output", "json"))
    assert {plan["plan"]: (plan["taken"], plan.get("seats")) for plan in plans} == {"default": (0, None), "one": (1, 1)}
    assert world.refusal("registration.prove", account="bo", password="correct horse battery staple") == "refused"
    assert world.call("registration.prove", account="ana", password="correct horse battery staple")["handle"]
    client(world, "groups", "leave", "staff", "ana")
    client(world, "groups", "remove", "staff")
    client(world, "groups", "show", "staff", status=67)
    world.verify()


@pytest.mark.parametrize("value, selected", [("none", set()), ("{include: [staff]}", {"ana", "bo"}),
                                             ("{include: [staff], exclude: [out]}", {"ana"}), ("{exclude: [out]}", {"ana", "cy"})])
def test_enablement_is_a_key_of_the_configuration(folder, value, selected):
    daemon = Daemon(folder, configuration=f"enablement: {value}\n").start()
    world = World(daemon)
    for group, members in (("staff", ["ana", "bo"]), ("out", ["bo"])):
        world.call("groups.add", group=group)
        for name in members:
            if group == "staff":
                world.add(name)
        world.call("groups.join", group=group, accounts=members)
    world.add("cy")
    found = {name for name in ("ana", "bo", "cy") if "selected" not in world.call("accounts.explain", account=name)["unmet"]}
    daemon.stop()
    assert found == selected


def test_an_unknown_enablement_refuses_the_start(folder):
    daemon = Daemon(folder, configuration="enablement: {include: []}\n")
    daemon.spawn()
    assert daemon.process.wait(20) != 0
    assert "include and exclude" in daemon.log.read_text()
    assert os.path.exists(daemon.configuration)
