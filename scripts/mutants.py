#!/usr/bin/python3
"""Breaks the tree on purpose, one promise at a time, and expects the attack test of that name to notice.

usage: scripts/mutants.py [ROW...]
       ROTATE=1 scripts/mutants.py       a tenth of the rows, another one each day

Tests/DaemonTests/Mutants/<row>.patch breaks what row <row> of spec/attacks.md promises (`<row>-<word>.patch` is another way to
break it). For each: the patch goes into a copy of the tree, the programs are built, and exactly the outside tests named
`attack_<row>_` run against them. At least one must fail; a patch that no longer applies or builds, and a test that does not even
start, is a fault and no success. Before that the same tests must pass on the unbroken copy. Ends with `N of N mutants killed`.

The copy and its build folder stay in .build-mutants, so that each mutant compiles only what it changed.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATCHES = Path("Tests/DaemonTests/Mutants")
ROOM = ROOT / ".build-mutants"
COPY = ROOM / "tree"
BINARIES = ROOM / "build/debug"
OUTSIDE_TESTS = ["Tests/DaemonTests/Attacks", "Tests/DaemonTests/Interop"]
SHARE_OF_A_DAY = 10
# A broken daemon may hang instead of answering; that is noticed too, but not waited for.
TEST_SECONDS = 600


@dataclass(frozen=True)
class Mutant:
    name: str
    row: str
    patch: Path


@dataclass(frozen=True)
class Verdict:
    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0


class Fault(Exception):
    """The run says nothing about the tests: what to repair."""


def mutants() -> list[Mutant]:
    found = []
    for patch in sorted((ROOT / PATCHES).glob("*.patch")):
        if match := re.fullmatch(r"([A-Za-z]+\d+\w*)(?:-[\w-]+)?", patch.stem):
            found.append(Mutant(patch.stem, match[1], patch))
        else:
            raise Fault(f"{patch.name}: the name must be a row of spec/attacks.md, such as B9.patch or B9-refund.patch")
    return found


def chosen(everything: list[Mutant], rows: list[str]) -> list[Mutant]:
    if rows:
        unknown = [row for row in rows if row.lower() not in {word.lower() for m in everything for word in (m.row, m.name)}]
        if unknown:
            raise Fault(f"no patch for {', '.join(unknown)} in {PATCHES}")
        wanted = {row.lower() for row in rows}
        return [mutant for mutant in everything if {mutant.row.lower(), mutant.name.lower()} & wanted]
    if os.environ.get("ROTATE") == "1":
        # Consecutive days take consecutive tenths, so that ten days see all, and no day sees none.
        size = -(-len(everything) // SHARE_OF_A_DAY)
        start = int(time.time() // 86_400) % SHARE_OF_A_DAY * size
        return [everything[(start + offset) % len(everything)] for offset in range(size)]
    return everything


def run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )


def refresh_copy() -> None:
    """Makes the copy equal to the tree, and leaves files alone that already are: their objects stay good."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    names = {Path(name.decode()) for name in listed.stdout.split(b"\0") if name and (ROOT / name.decode()).is_file()}
    if not names:
        raise Fault("git lists no files here")
    for old in [path for path in COPY.rglob("*") if path.is_file()]:
        # The versions that the last run resolved are good for this one.
        if old.relative_to(COPY) not in names | {Path("Package.resolved")}:
            old.unlink()
    for name in names:
        source, copy = ROOT / name, COPY / name
        if not copy.is_file() or copy.read_bytes() != source.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            # A fresh time of change, not the source's: the compiler compares times to know what is new.
            shutil.copyfile(source, copy)
        copy.chmod(source.stat().st_mode)
    # Keeps `git apply` from looking for the repository above, where it would silently skip every path.
    if not (COPY / ".git").exists():
        run(["git", "init", "--quiet"], COPY)


def build(products: list[str]) -> str | None:
    """Builds the products; the compiler's words if that fails."""
    for product in products:
        result = run(["swift", "build", "--product", product, "--scratch-path", str(ROOM / "build")], COPY)
        if result.returncode:
            return "\n".join(line for line in result.stdout.splitlines() if "error:" in line)[:2000] or result.stdout[-2000:]
    return None


def test(rows: set[str]) -> Verdict:
    report = ROOM / "report.xml"
    report.unlink(missing_ok=True)
    environment = {
        "SSPR_BIN": str(BINARIES), "SSPR_CLIENT": str(BINARIES / "ssprclient"),
        "PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1",
    }
    # The trailing underscore keeps B1 from choosing B10 as well.
    words = " or ".join(f"attack_{row}_" for row in sorted(rows))
    result = run(
        ["timeout", "--kill-after=10", str(TEST_SECONDS), "/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "-k", words, f"--junitxml={report}", *OUTSIDE_TESTS], COPY, environment,
    )
    (ROOM / "pytest.log").write_text(result.stdout, encoding="utf-8")
    if result.returncode in (124, 137):
        return Verdict(failed=1)
    if result.returncode not in (0, 1):
        raise Fault(f"pytest -k '{words}' ended with {result.returncode} (5: no such test):\n{result.stdout[-1500:]}")
    suites = list(ElementTree.parse(report).iter("testsuite"))
    tests, failed, errors, skipped = (sum(int(suite.get(word, "0")) for suite in suites)
                                      for word in ("tests", "failures", "errors", "skipped"))
    return Verdict(tests - failed - errors - skipped, failed, errors, skipped)


def products_for(patch: Path) -> list[str]:
    """What a patch can change: always the daemon, and the outside programs if their code or the contract is touched."""
    touched = re.findall(r"^\+\+\+ b/(\S+)", patch.read_text(encoding="utf-8"), re.MULTILINE)
    if any(name.startswith(("Sources/ssprclient/", "Sources/SSPRProtocol/")) for name in touched):
        return ["ssprd", "sspr-courier", "sspr-writeback", "ssprclient"]
    return ["ssprd"]


def kill(mutant: Mutant) -> str | None:
    """Tries one mutant; what went wrong, or nothing if it was noticed."""
    applied = run(["git", "apply", "--whitespace=nowarn", str(mutant.patch)], COPY)
    if applied.returncode:
        return f"does not apply: {applied.stdout.strip()}"
    try:
        products = products_for(mutant.patch)
        if errors := build(products):
            return f"does not build, so it proves nothing: {errors}"
        verdict = test({mutant.row})
    except Fault as fault:
        return str(fault)
    finally:
        undone = run(["git", "apply", "--reverse", "--whitespace=nowarn", str(mutant.patch)], COPY)
        if undone.returncode:
            raise Fault(f"{mutant.name}: cannot be undone: {undone.stdout}")
    if products != ["ssprd"] and (errors := build(products)):
        # The next mutant may build the daemon alone, and must not meet this one's agents.
        raise Fault(f"the unbroken tree does not build any more: {errors}")
    if verdict.failed:
        return None
    if verdict.errors:
        return f"{verdict.errors} tests could not start: the daemon is more broken than the row says"
    return f"SURVIVED: {verdict.passed} tests named attack_{mutant.row}_ passed on the broken daemon"


def main() -> int:
    everything = mutants()
    if not everything:
        raise Fault(f"there is no patch in {PATCHES}")
    selected = chosen(everything, sys.argv[1:])
    COPY.mkdir(parents=True, exist_ok=True)
    refresh_copy()
    print(f"mutants: {len(selected)} of {len(everything)} chosen; building the unbroken tree", flush=True)
    if errors := build(["ssprd", "sspr-courier", "sspr-writeback", "ssprclient"]):
        raise Fault(f"the unbroken tree does not build: {errors}")
    before = test({mutant.row for mutant in selected})
    if before.failed or before.errors or before.skipped or not before.passed:
        raise Fault(f"the tests must be green before anything is broken: {before} (see {ROOM.name}/pytest.log)")
    for row in sorted({mutant.row for mutant in selected}):
        if f"attack_{row.lower()}_" not in "".join(names_of_tests()):
            raise Fault(f"no test is named attack_{row}_")

    killed = 0
    for mutant in selected:
        start = time.monotonic()
        problem = kill(mutant)
        killed += problem is None
        print(f"{mutant.name}: {problem or 'killed'} ({time.monotonic() - start:.0f} s)", flush=True)
    print(f"{killed} of {len(selected)} mutants killed")
    return 0 if killed == len(selected) else 1


def names_of_tests() -> list[str]:
    report = ElementTree.parse(ROOM / "report.xml")
    return [str(case.get("name")).lower() for case in report.iter("testcase")]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Fault as fault:
        print(f"mutants: {fault}", file=sys.stderr)
        sys.exit(1)
