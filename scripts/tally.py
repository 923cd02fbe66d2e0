#!/usr/bin/python3
"""Adds up the reports of the test runners and ends with the one line `N passed, N failed, N skipped`.

usage: scripts/tally.py [--failed-step NAME]... REPORT.xml...

The reports are JUnit's XML, as `swift test --xunit-output` and `pytest --junitxml` write it. A report that is missing or
cut short (a runner that crashed) is one failure: silence must not look like success. So is a step of a longer run that failed
without any failed test. Skips are listed with their reasons; with CI=true they make the exit status 1.
"""

import argparse
import os
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Tally:
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def add_report(tally: Tally, path: Path) -> None:
    """Counts one report, test by test: the totals that the runners write leave out errors in set-up."""
    try:
        cases = list(ElementTree.parse(path).iter("testcase"))
    except (OSError, ElementTree.ParseError) as error:
        tally.failed.append(f"{path.name}: the runner left no whole report ({error})")
        return
    if not cases:
        tally.failed.append(f"{path.name}: not one test was run")
    verdicts: list[tuple[str, str]] = []
    for case in cases:
        name = f"{case.get('classname')}.{case.get('name')}"
        skip = case.find("skipped")
        if case.find("error") is not None and (name, "passed") in verdicts:
            # pytest writes a second entry for a test whose tear-down fails.
            verdicts[verdicts.index((name, "passed"))] = (name, "failed")
        elif case.find("failure") is not None or case.find("error") is not None:
            verdicts.append((name, "failed"))
        elif skip is not None:
            reason = skip.get("message") or (skip.text or "").strip() or "without a reason"
            tally.skipped.append(f"{name}: {reason}")
        else:
            verdicts.append((name, "passed"))
    tally.passed += sum(verdict == "passed" for _, verdict in verdicts)
    tally.failed += [name for name, verdict in verdicts if verdict == "failed"]


def main() -> int:
    parser = argparse.ArgumentParser(description="Adds up the reports of the test runners.")
    parser.add_argument("reports", nargs="+", type=Path)
    parser.add_argument("--failed-step", action="append", default=[], metavar="NAME")
    arguments = parser.parse_args()
    tally = Tally()
    for path in arguments.reports:
        add_report(tally, path)
    failed_tests = len(tally.failed)
    for step in arguments.failed_step:
        if step != "test" or failed_tests == 0:
            tally.failed.append(f"step: {step}")

    strict = os.environ.get("CI") == "true"
    for line in tally.skipped:
        print(f"skipped  {line}")
    for line in tally.failed:
        print(f"failed   {line}")
    if tally.skipped and strict:
        print("CI=true: a skipped test counts as a failure of the run.")
    print(f"{tally.passed} passed, {len(tally.failed)} failed, {len(tally.skipped)} skipped")
    return 1 if tally.failed or (tally.skipped and strict) else 0


if __name__ == "__main__":
    sys.exit(main())
