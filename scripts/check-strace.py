#!/usr/bin/python3
"""Reads what the kernel was asked for by the daemon and refuses everything that the design says it never does.

usage: strace -f -qq -o LOG -e trace=process,network,io_uring_setup ssprd ...
       scripts/check-strace.py LOG...

Each LOG is one start of the daemon. Refused: a socket that is not a Unix socket, a connection to something else, a second
program, a second process (threads are allowed), and io_uring, whose operations a trace would not show. A log without the first
`execve`, or without any socket, is refused too: then the trace saw nothing, and nothing is proven.
"""

import re
import sys
from pathlib import Path

# `-f` puts the process id in front when there is more than one; `-t` and its like add a time.
CALL = re.compile(r"^(?:\[pid\s+\d+\]\s+|\d+\s+)?(?:[\d:.]+\s+)?(?P<name>\w+)\((?P<arguments>.*)")
ADDRESS = re.compile(r"sa_family=(?P<family>\w+)")
WITH_ADDRESS = {"bind", "connect", "sendmsg", "sendmmsg", "sendto"}


def refusal(name: str, arguments: str) -> str | None:
    """Why this one call must not happen; arguments are complete at entry, so an unfinished line says enough."""
    if name in ("socket", "socketpair") and not arguments.startswith(("AF_UNIX", "AF_LOCAL")):
        return "opens a socket that is not a Unix socket"
    if name in WITH_ADDRESS:
        family = ADDRESS.search(arguments)
        if family and family["family"] not in ("AF_UNIX", "AF_LOCAL"):
            return "speaks to something that is not a Unix socket"
    if name in ("fork", "vfork") or (name in ("clone", "clone3") and "CLONE_THREAD" not in arguments):
        return "starts another process"
    if name == "io_uring_setup":
        return "could open sockets that no trace shows"
    return None


def check(log: Path) -> list[str]:
    findings = []
    programs = sockets = 0
    for number, line in enumerate(log.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        call = CALL.match(line)
        if call is None:
            continue  # The rest of an unfinished call, a signal, an exit.
        name, arguments = call["name"], call["arguments"]
        reason = refusal(name, arguments)
        if name in ("execve", "execveat"):
            programs += 1
            reason = "starts another program" if programs > 1 else None
        # Started by systemd, the daemon is handed its socket and only accepts.
        sockets += name in ("socket", "accept", "accept4")
        if reason:
            findings.append(f"{log}:{number}: {reason}: {line.strip()[:160]}")
    if programs == 0:
        findings.append(f"{log}: no execve was seen: trace the daemon from its start, with -e trace=process,network")
    if sockets == 0:
        findings.append(f"{log}: no socket was seen: trace the daemon with -e trace=process,network")
    print(f"check-strace: {log.name}: {programs} program, {sockets} sockets opened or accepted, {len(findings)} findings")
    return findings


def main() -> int:
    if not sys.argv[1:] or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 64
    findings = []
    for name in sys.argv[1:]:
        try:
            findings += check(Path(name))
        except OSError as error:
            findings.append(f"{name}: {error.strerror}")
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
