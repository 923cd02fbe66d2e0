"""A courier that somebody runs at a terminal: however it is ended, it finishes the message at hand, and none is lost."""

import itertools
import subprocess

import pytest

from harness import PASSWORD, program, wait_until
from person import ENDINGS, Person

# These couriers are ended; nobody else shall take their messages.
HAS_COURIER = False
CALLER = """\
#!/bin/sh
cat >{folder}/call.tmp
touch {folder}/begun
until [ -e {folder}/go ]; do sleep 0.02; done
mv {folder}/call.tmp {folder}/call
"""
NUMBERS = (f"+4930123{number}" for number in itertools.count(4567))


@pytest.fixture
def courier(place, tmp_path):
    """A courier that calls by a slow program."""
    caller = tmp_path / "caller"
    caller.write_text(CALLER.format(folder=tmp_path))
    caller.chmod(0o700)
    config = tmp_path / "courier.yaml"
    config.write_text(f"""\
instance: Example Org
from: sspr@example.org
routes: {{voice: [caller]}}
transports: {{caller: {{kind: command, command: [{caller}, "{{id}}"], format: json}}}}
""")
    command = [program("sspr-courier"), "--socket", str(place.daemon.socket), "--config", str(config)]
    with Person(command, {"PATH": "/usr/bin:/bin"}) as person:
        yield person


def order_a_call(place, account):
    place.world.add(account)
    handle = place.world.call("registration.prove", account=account, password=PASSWORD)["handle"]
    place.world.call("registration.begin", handle=handle, kind="officePhone", contact=next(NUMBERS))


def end(courier, ending):
    how, _ = ENDINGS[ending]
    how(courier) if how else courier.let_go()


@pytest.mark.parametrize("ending", ENDINGS)
def test_in_the_middle_of_a_call_it_finishes_it(place, courier, tmp_path, ending):
    order_a_call(place, f"called{list(ENDINGS).index(ending)}")
    wait_until((tmp_path / "begun").exists, what="the call")
    end(courier, ending)
    with pytest.raises(subprocess.TimeoutExpired):
        courier.process.wait(0.3)
    (tmp_path / "go").touch()
    assert courier.process.wait(30) == 0
    assert (tmp_path / "call").exists()
    # It told the daemon before it ended: nobody is given the message again.
    settled = place.world.events("delivery.settled")[-1]
    assert settled["outcome"] == "succeeded"
    assert len(place.world.events("delivery.taken", delivery=settled["delivery"])) == 1


@pytest.mark.parametrize("ending", ENDINGS)
def test_idle_it_ends_at_once(place, courier, tmp_path, ending):
    # Once it has delivered something it is known to listen.
    (tmp_path / "go").touch()
    before = len(place.world.events("delivery.settled"))
    order_a_call(place, f"idle{list(ENDINGS).index(ending)}")
    wait_until(lambda: len(place.world.events("delivery.settled")) > before, what="the report")
    end(courier, ending)
    assert courier.process.wait(30) == 0
