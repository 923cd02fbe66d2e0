#!/usr/bin/python3
"""Measures the built programs beside their anchors and prints one table; see bench/README.md.

usage: bench/run.py [--json] [--rounds N] [GROUP...]
"""

import argparse
import datetime
import os
import pathlib
import platform
import subprocess
import sys
import time

import rows_codec
import rows_growth
import rows_hashing
import rows_leaks
import rows_outbox
import rows_socket
import rows_start
import rows_store
import table
from stage import ROOT, NotMeasured, Stage

GROUPS = {
    "socket": ("One request", rows_socket.latency),
    "load": ("Processor and memory", rows_socket.cost),
    "verify": ("Sign-ins", rows_hashing.verify),
    "pings": ("Pings under hashing", rows_hashing.pings),
    "commits": ("Durable audit rows", rows_store.commits),
    "lookups": ("Account by name", rows_store.lookups),
    "outbox": ("Messages to couriers", rows_outbox.outbox),
    "accounts": ("Many accounts", rows_growth.accounts),
    "imports": ("A long list", rows_growth.imports),
    "trail": ("A long trail", rows_growth.trail),
    "passwords": ("A new password", rows_growth.passwords),
    "helpers": ("Helper and command line", rows_start.helpers),
    "first": ("The daemon's start", rows_start.first_answer),
    "codec": ("Codec", rows_codec.codec),
    "equality": ("Comparing secrets", rows_leaks.equality),
    "names": ("Telling names apart by time", rows_leaks.names),
}


def facts() -> dict[str, str]:
    """When, where and what."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")),
        platform.machine())

    def git(*words: str) -> str:
        done = subprocess.run(["git", "-C", str(ROOT), *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return done.stdout.strip() if done.returncode == 0 else ""

    commit = git("rev-parse", "--short=12", "HEAD") or "unknown"
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{cpu}, {len(os.sched_getaffinity(0))} cores, Linux {platform.release()}",
        "commit": commit + (" with changes" if git("status", "--porcelain") else ""),
        "load": f"{os.getloadavg()[0]:.2f} at the start",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Measures the built programs beside their anchors.")
    parser.add_argument("--json", action="store_true", help="print JSON, with the value of every round")
    parser.add_argument("--rounds", type=int, default=5, help="rounds in turn (default: 5)")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of: {' '.join(GROUPS)} (default: all)")
    options = parser.parse_args()
    if unknown := set(options.groups) - GROUPS.keys():
        parser.error(f"no such group: {' '.join(sorted(unknown))} (there are: {' '.join(GROUPS)})")

    told, failures, known = [], [], facts()
    began = time.monotonic()
    for name in options.groups or GROUPS:
        heading, measure = GROUPS[name]
        print(f"bench: {time.monotonic() - began:4.0f} s  {name}", file=sys.stderr, flush=True)
        # A stage for each: what one leaves on the disk must not weigh on the next.
        stage = Stage(options.rounds)
        try:
            told.append((heading, measure(stage)))
        except (NotMeasured, OSError, RuntimeError, subprocess.TimeoutExpired, KeyError, ValueError) as error:
            failures.append(f"{name}: {type(error).__name__}: {error}")
        finally:
            stage.close()
    known["took"] = f"{time.monotonic() - began:.0f} s"
    print((table.as_json if options.json else table.as_text)(known, told, failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
