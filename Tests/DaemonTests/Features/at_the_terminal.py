"""What the scenarios of passwords, messages and methods do at a terminal, with the built programs."""

import subprocess

from harness import client_program, program


def run(arguments, lines=(), status=0, **options):
    ended = subprocess.run([str(word) for word in arguments], input="".join(f"{line}\n" for line in lines), capture_output=True, text=True,
                           timeout=60, **options)
    assert ended.returncode == status, (arguments, ended.returncode, ended.stdout, ended.stderr)
    return ended


def client(world, *arguments, lines=(), status=0):
    """One command of the client; the lines are what somebody types."""
    return run([client_program(), "--socket", world.daemon.socket, *arguments], lines, status)


def ssprd(*arguments, lines=(), status=0):
    return run([program("ssprd"), *arguments], lines, status)


def apply_policy(world, document, status=0):
    return client(world, "policy", "apply", "-", "--reason", "a scenario", lines=[document], status=status)
