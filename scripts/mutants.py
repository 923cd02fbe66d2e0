#!/usr/bin/python3
"""Breaks the tree on purpose, one promise at a time, and expects the test of that name to notice.

usage: scripts/mutants.py [ROW...]
       ROTATE=1 scripts/mutants.py       a tenth of the patches, another one each day

Tests/DaemonTests/Mutants/<row>.patch breaks what row <row> of spec/attacks.md promises (`<row>-<word>.patch` is another way to
break it); its first lines say how. For each: the patch goes into a copy of the tree, the programs are built, and exactly the tests
from outside that the page lists for the row run against them; a row that only Swift's tests know, and a patch called
`<row>-inside...`, is tried with those. At least one must fail; a patch that no longer applies or builds, and a test that does not even start, is a fault and no success. Before that the
same tests must pass on the unbroken copy, each once. Ends with `N of N mutants killed`.

The copy and its build folder stay in .build-mutants, so that each mutant compiles only what it changed.
"""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATCHES = Path("Tests/DaemonTests/Mutants")
ROOM = ROOT / ".build-mutants"
COPY = ROOM / "tree"
BINARIES = ROOM / "build/debug"
AGENTS = ["sspr-courier", "sspr-device", "sspr-writeback", "ssprclient"]
DAYS = 10
# A broken daemon may hang instead of answering; that is noticed too, but not waited for.
TEST_SECONDS = 300
# The crash test needs 200 kills to meet what happens once in a hundred times. What its mutants break shows within a few: 25 cost
# half a minute, and its own demands (how often a kill met something under way) are shares of the number.
KILLS = "25"


@dataclass(frozen=True)
class Mutant:
    name: str
    row: str
    patch: Path

    @property
    def tried_with(self) -> str:
        """The row's tests from outside, or those from inside where the name asks for them."""
        return f"{self.row}-inside" if self.name.startswith(f"{self.row}-inside") else self.row


@dataclass
class Verdict:
    """The tests by what became of them; for a failed one, what it said."""

    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


class Fault(Exception):
    """The run says nothing about the tests: what to repair."""


def mutants() -> list[Mutant]:
    found = []
    for patch in sorted((ROOT / PATCHES).glob("*.patch")):
        if match := re.fullmatch(r"([A-Z]\d+)(?:-[\w-]+)?", patch.stem):
            found.append(Mutant(patch.stem, match[1], patch))
        else:
            raise Fault(f"{patch.name}: the name must be a row of spec/attacks.md, such as B9.patch or B9-refund.patch")
    return found


def run(command: list[str], folder: Path, words: str | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, cwd=folder, input=words, stdin=None if words else subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
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


def build(arguments: list[list[str]]) -> str | None:
    """Builds what is asked for; the compiler's words if that fails."""
    for argument in arguments:
        result = run(["swift", "build", *argument, "--scratch-path", str(ROOM / "build")], COPY)
        if result.returncode:
            return "\n".join(line for line in result.stdout.splitlines() if "error:" in line)[:2000] or result.stdout[-2000:]
    return None


@dataclass(frozen=True)
class Tests:
    """What a mutant is tried with."""

    names: frozenset[str]
    is_swift: bool

    def run(self, seconds: int = TEST_SECONDS) -> Verdict:
        report = ROOM / "report.xml"
        report.unlink(missing_ok=True)
        if self.is_swift:
            words = "|".join(f"/{name}\\(" for name in sorted(self.names))
            command = ["swift", "test", "--skip-build", "--disable-xctest", "--no-parallel", "--scratch-path", str(ROOM / "build"),
                       "--filter", words, "--xunit-output", str(report)]
        else:
            command = ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *sorted(self.names)]
        environment = {
            **os.environ, "SSPR_BIN": str(BINARIES), "SSPR_CLIENT": str(BINARIES / "ssprclient"), "SSPR_KILLS": KILLS,
            "PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1",
        }
        with open(ROOM / "tests.log", "w", encoding="utf-8") as log:
            # A session of its own: whatever a broken daemon's test leaves behind ends with it.
            process = subprocess.Popen(command, cwd=COPY, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       start_new_session=True)
            try:
                status = process.wait(seconds)
            except subprocess.TimeoutExpired:
                return Verdict(failed=[f"nothing came to an end within {seconds} s"])
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if not report.exists():
            said = (ROOM / "tests.log").read_text(encoding="utf-8", errors="replace")
            raise Fault(f"the tests left no report and ended with {status}: {said[-1500:]}")
        return read(report)


def read(report: Path) -> Verdict:
    verdict = Verdict()
    for case in ElementTree.parse(report).iter("testcase"):
        name = str(case.get("name"))
        for word, found in (("failure", verdict.failed), ("error", verdict.errors), ("skipped", verdict.skipped)):
            if (said := case.find(word)) is not None:
                first = (said.get("message") or "").strip().partition("\n")[0]
                found.append(f"{name}: {first[:150]}")
                break
        else:
            verdict.passed.append(name)
    return verdict


def tests_of_rows() -> dict[str, Tests]:
    """The tests of every row as spec/attacks.md lists them, those from inside where there are no others.

    A test compares that page with the tests.
    """
    outside: dict[str, list[str]] = {}
    inside: dict[str, list[str]] = {}
    page = (COPY / "spec/attacks.md").read_text(encoding="utf-8")
    for row, name, path in re.findall(r"^\| ([A-Z]\d+) \| `(\w+)` \| (\S+) \|", page, re.MULTILINE):
        if name.startswith("test_"):
            outside.setdefault(row, []).append(f"Tests/DaemonTests/{path}::{name}")
        else:
            inside.setdefault(row, []).append(name)
    tests = {row: Tests(frozenset(outside.get(row) or names), row not in outside) for row, names in {**inside, **outside}.items()}
    return {**tests, **{f"{row}-inside": Tests(frozenset(names), True) for row, names in inside.items()}}


def chosen(everything: list[Mutant], tests: dict[str, Tests], words: list[str]) -> list[Mutant]:
    if words:
        unknown = set(words) - {word for mutant in everything for word in (mutant.row, mutant.name)}
        if unknown:
            raise Fault(f"no patch for {', '.join(sorted(unknown))} in {PATCHES}")
        return [mutant for mutant in everything if {mutant.row, mutant.name} & set(words)]
    if os.environ.get("ROTATE") == "1":
        # Every tenth one, beginning with another one each day: ten days see all, and each day sees something of every letter. Those
        # that need the build of Swift's tests share a day.
        day = int(time.time() // 86_400) % DAYS
        return [mutant for number, mutant in enumerate(everything)
                if (0 if tests[mutant.tried_with].is_swift else number % DAYS) == day]
    return everything


def touched(patch: str) -> list[str]:
    return re.findall(r"^\+\+\+ b/(\S+)", patch, re.MULTILINE)


def products(patch: str, tests: Tests) -> list[list[str]]:
    """What a patch can change: always the daemon, and the outside programs if their code or the contract is touched."""
    if tests.is_swift:
        return [["--build-tests"]]
    is_shared = any(name.startswith(("Sources/ssprclient/", "Sources/SSPRProtocol/")) for name in touched(patch))
    return [["--product", name] for name in ["ssprd", *(AGENTS if is_shared else [])]]


def kill(patch: str, tests: Tests) -> tuple[bool, str]:
    """Tries one mutant: whether it was noticed, and by what, or what went wrong."""
    applied = run(["git", "apply", "--whitespace=nowarn", "-"], COPY, patch)
    if applied.returncode:
        return False, f"does not apply: {applied.stdout.strip()}"
    start = time.monotonic()
    made = start
    try:
        if errors := build(products(patch, tests)):
            return False, f"does not build, so it proves nothing: {errors}"
        made = time.monotonic()
        verdict = tests.run()
    except Fault as fault:
        return False, str(fault)
    finally:
        undone = run(["git", "apply", "--reverse", "--whitespace=nowarn", "-"], COPY, patch)
        if undone.returncode:
            raise Fault(f"a patch cannot be undone: {undone.stdout}")
    spent = f"build {made - start:.0f} s, tests {time.monotonic() - made:.0f} s"
    if not tests.is_swift and len(products(patch, tests)) > 1 and (errors := build(products(patch, tests))):
        # The next mutant may build the daemon alone, and must not meet this one's agents.
        raise Fault(f"the unbroken tree does not build any more: {errors}")
    if verdict.failed:
        return True, f"killed ({spent}) by {verdict.failed[0]}"
    if verdict.errors:
        return False, f"the daemon is more broken than the row says ({spent}): {verdict.errors[0]}"
    return False, f"SURVIVED ({spent}): passed on the broken daemon: {', '.join(verdict.passed)}"


def prepare(tests: list[Tests]) -> None:
    """Builds the unbroken tree and runs each test that will be used, once."""
    for is_swift in (False, True):
        names = frozenset(name for some in tests if some.is_swift is is_swift for name in some.names)
        if not names:
            continue
        start = time.monotonic()
        if errors := build([["--build-tests"]] if is_swift else [["--product", name] for name in ["ssprd", *AGENTS]]):
            raise Fault(f"the unbroken tree does not build: {errors}")
        made = time.monotonic()
        verdict = Tests(names, is_swift).run(TEST_SECONDS * 5)
        print(f"the unbroken tree: {len(verdict.passed)} tests from {'inside' if is_swift else 'outside'} passed "
              f"(build {made - start:.0f} s, tests {time.monotonic() - made:.0f} s)", flush=True)
        if verdict.failed or verdict.errors or verdict.skipped or not verdict.passed:
            bad = verdict.failed + verdict.errors + verdict.skipped
            raise Fault("the tests must be green before anything is broken: " + "; ".join(bad or ["none was run"]))


def main() -> int:
    everything = mutants()
    if not everything:
        raise Fault(f"there is no patch in {PATCHES}")
    start = time.monotonic()
    COPY.mkdir(parents=True, exist_ok=True)
    # Held until the process ends: two runs would break each other's copy.
    lock = os.open(ROOM / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Fault("another run is at work here") from None
    refresh_copy()
    tests = tests_of_rows()
    if unknown := sorted({mutant.tried_with for mutant in everything} - set(tests)):
        raise Fault(f"spec/attacks.md lists no test of {', '.join(unknown)}")
    selected = chosen(everything, tests, sys.argv[1:])
    print(f"mutants: {len(selected)} of {len(everything)} chosen", flush=True)
    prepare([tests[mutant.tried_with] for mutant in selected])
    killed = 0
    # Those from inside last: they need another build.
    for mutant in sorted(selected, key=lambda mutant: tests[mutant.tried_with].is_swift):
        is_killed, words = kill(mutant.patch.read_text(encoding="utf-8"), tests[mutant.tried_with])
        killed += is_killed
        print(f"{mutant.name}: {words}", flush=True)
    print(f"{time.monotonic() - start:.0f} s")
    print(f"{killed} of {len(selected)} mutants killed")
    return 0 if killed == len(selected) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Fault as fault:
        print(f"mutants: {fault}", file=sys.stderr)
        sys.exit(1)
