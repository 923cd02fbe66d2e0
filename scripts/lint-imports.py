#!/usr/bin/python3
"""Holds every `import` line against the layers (spec/decisions/0001-layers.md).

usage: scripts/lint-imports.py [--self-test]

Two things that the compiler lets through: a target that imports what it does not name as a dependency (it builds, as long as
somebody else names it), and a layer that names and imports what it must not know. The first is read from
`swift package dump-package`, the second from the tables below. A product is taken to be called like its module, which holds for
every package we use.
"""

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from swift_text import blank_literals

# What the toolchain brings along: any target may import these, unless a table below says otherwise.
TOOLCHAIN = {"Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization"}
TOOLCHAIN_OF_TESTS = {"Testing"}

IMPORT = re.compile(
    r"^\s*(?P<words>(?:(?:@\w+(?:\([^)]*\))?|public|package|internal|fileprivate|private)\s+)*)import\s+"
    r"(?:(?:struct|class|enum|protocol|typealias|func|let|var|actor)\s+)?(?P<module>\w+)"
)


@dataclass(frozen=True)
class Ban:
    """`targets` must not import `modules` (both as shell patterns), save in the files of `allowed`."""

    targets: tuple[str, ...]
    modules: tuple[str, ...]
    why: str
    instead: str
    allowed: str = ""


BANS = [
    Ban(
        ("SSPRDomain",), ("StrictCBOR", "Foundation*", "Glibc"),
        "The domain is rules over words: no bytes, no clock, no system.",
        "ask for it through a port in Sources/ssprd/Domain/Ports",
    ),
    Ban(
        ("StrictCBOR", "SSPRVocabulary", "SSPRProtocol"), ("Foundation*",),
        "The contract is linked into every client, and Foundation is larger than all of it.",
        "use the standard library",
    ),
    Ban(
        ("SSPRClient",), ("Foundation*", "NIO*", "CSodium", "GRDB*"),
        "Whoever links the client library gets the protocol and nothing else.",
        "use Glibc, or move the code to the program that needs it",
    ),
    Ban(
        ("SSPRClientCLI",), ("Foundation", "NIO*", "CSodium", "GRDB*"),
        "The command line is one small static file (spec/decisions/0007-static-helper.md).",
        "use FoundationEssentials, or an executable of its own beside Courier/ and Writeback/",
    ),
    Ban(
        ("SSPRDomain", "SSPRCrypto", "SSPRStore", "SSPRPlatform", "SSPRDocuments", "SSPRServer", "ssprd"), ("Foundation*",),
        "In the daemon Foundation is there for Unicode's normal forms alone.",
        "use Glibc, or a port that Platform implements",
        allowed="Sources/ssprd/Platform/*Normal*.swift",
    ),
]

# Modules with one owner, in the daemon and in each program apart from it; what they do is reached through its ports.
OWNERS = {
    "CCurl": {"SSPRCourier"}, "CHashMemory": {"SSPRCrypto"}, "CSodium": {"SSPRCrypto", "SSPRDevice"},
    "Crypto": {"SSPRCrypto"}, "GRDB*": {"SSPRStore"}, "NIO*": {"SSPRServer"}, "Yams": {"SSPRDocuments", "SSPRAgent"},
}

# Targets that may reach nothing outside this package, however long the way.
WITHOUT_PACKAGES = {"SSPRClient", "SSPRDomain", "SSPRPlatform"}


@dataclass
class Target:
    name: str
    path: Path
    exclude: list[Path]
    modules: set[str]
    is_test: bool


@dataclass(frozen=True)
class Finding:
    where: str
    rule: str
    why: str
    instead: str

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}\n    {self.why}\n    Next: {self.instead}."


def targets_of(dump: dict) -> list[Target]:
    """Reads the targets that hold our sources from the package's description; system libraries are not ours."""
    targets = []
    for entry in dump["targets"]:
        if entry["type"] == "system":
            continue
        # Each dependency is {"byName" | "target" | "product": [name, ...]}.
        modules = {values[0] for item in entry["dependencies"] for values in item.values()}
        folder = "Tests" if entry["type"] == "test" else "Sources"
        path = Path(entry.get("path") or f"{folder}/{entry['name']}")
        targets.append(Target(
            entry["name"], path, [path / name for name in entry["exclude"]], modules, entry["type"] == "test",
        ))
    return targets


def owner_of(file: Path, targets: list[Target]) -> Target | None:
    """The target that compiles `file`: the one with the longest path above it, if it does not exclude the file."""
    above = [target for target in targets if target.path in file.parents]
    owner = max(above, key=lambda target: len(target.path.parts), default=None)
    if owner is None or any(excluded in (file, *file.parents) for excluded in owner.exclude):
        return None
    return owner


def check_line(where: str, file: Path, target: Target, words: str, module: str) -> list[Finding]:
    findings = []
    toolchain = TOOLCHAIN | (TOOLCHAIN_OF_TESTS if target.is_test else set())
    if module not in target.modules | toolchain:
        findings.append(Finding(
            where, f"{target.name} imports {module} without depending on it",
            "It builds only as long as another target brings it along.",
            f"name {module} in {target.name}'s dependencies in Package.swift, or do without it",
        ))
    if "@_" in words:
        findings.append(Finding(
            where, f"{target.name} imports {module} with {words.split()[0]}",
            "It hands a module on to targets that do not name it.", "use a plain `import` or `public import`",
        ))
    if target.is_test:
        return findings
    for ban in BANS:
        if target.name in ban.targets and any(fnmatch(module, pattern) for pattern in ban.modules):
            if not fnmatch(str(file), ban.allowed):
                findings.append(Finding(where, f"{target.name} must not import {module}", ban.why, ban.instead))
    for pattern, owners in OWNERS.items():
        if fnmatch(module, pattern) and target.name not in owners:
            owner = " and ".join(sorted(owners))
            findings.append(Finding(
                where, f"only {owner} may import {module}, not {target.name}",
                "One room owns it, so that it can be read, tested and replaced there.", f"go through what {owner} offers",
            ))
    return findings


def check_closures(targets: list[Target]) -> list[Finding]:
    by_name = {target.name: target for target in targets}
    findings = []
    for name in sorted(WITHOUT_PACKAGES & by_name.keys()):
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            target = by_name[waiting.pop()]
            if target.name in seen:
                continue
            seen.add(target.name)
            waiting += target.modules & by_name.keys()
            for module in sorted(target.modules - by_name.keys()):
                findings.append(Finding(
                    "Package.swift", f"{name} reaches {module} (through {target.name})",
                    "It is promised to need nothing outside this package.", "move what needs it to another target",
                ))
    return findings


def check_tree(root: Path, dump: dict) -> list[Finding]:
    targets = targets_of(dump)
    findings = check_closures(targets)
    orphaned: set[Path] = set()
    for path in sorted([*root.glob("Sources/**/*.swift"), *root.glob("Tests/**/*.swift")]):
        file = path.relative_to(root)
        target = owner_of(file, targets)
        if target is None:
            if file.parts[0] == "Sources" and file.parent not in orphaned:
                orphaned.add(file.parent)
                findings.append(Finding(
                    str(file.parent), "no target compiles this folder", "Nobody would notice if it were wrong.",
                    "name it in Package.swift, or remove it",
                ))
            continue
        code = blank_literals(path.read_text(encoding="utf-8"))
        for number, line in enumerate(code.splitlines(), start=1):
            if match := IMPORT.match(line):
                findings += check_line(f"{file}:{number}", file, target, match["words"], match["module"])
    return findings


def self_test() -> int:
    """Plants one violation of each rule, and beside them lines that are allowed, into a tree of its own."""

    def target(name: str, path: str, *dependencies: str, kind: str = "regular", exclude: tuple[str, ...] = ()) -> dict:
        return {
            "name": name, "path": path, "type": kind, "exclude": list(exclude),
            "dependencies": [{"byName": [name, None]} for name in dependencies],
        }

    dump = {"targets": [
        target("SSPRVocabulary", "Sources/SSPRProtocol/Vocabulary", "StrictCBOR"),
        target("SSPRProtocol", "Sources/SSPRProtocol", "SSPRVocabulary", exclude=("Vocabulary",)),
        target("SSPRDomain", "Sources/ssprd/Domain", "SSPRVocabulary", "StrictCBOR"),
        target("SSPRPlatform", "Sources/ssprd/Platform", "SSPRDomain"),
        target("SSPRServer", "Sources/ssprd/Server", "NIOCore", "CSodium"),
        target("SSPRStore", "Sources/ssprd/Store", "GRDB", "NIOCore"),
        target("SSPRClient", "Sources/ssprclient/Library", "SSPRProtocol", "CSodium", "Logging"),
        target("CSodium", "Sources/CSodium", kind="system"),
        target("StrictCBOR", "Sources/SSPRProtocol/CBOR"),
        target("DaemonTests", "Tests/DaemonTests", "SSPRDomain", kind="test", exclude=("Fixtures",)),
    ]}
    # A line that must be found ends with `// found: N`, N being the number of findings.
    files = {
        "Sources/SSPRProtocol/Vocabulary/A.swift": "public import StrictCBOR\nimport Foundation  // found: 1\n",
        "Sources/SSPRProtocol/Calls/A.swift": "import struct SSPRVocabulary.Secret\nimport StrictCBOR  // found: 1\n",
        "Sources/ssprd/Domain/A.swift":
            "import SSPRVocabulary\nimport StrictCBOR  // found: 1\npublic import Glibc  // found: 1\n"
            "import FoundationEssentials  // found: 2\n/// import Foundation is only named here\n",
        "Sources/ssprd/Platform/Unicode/Normalizer.swift": "import Foundation\nimport Glibc\n",
        "Sources/ssprd/Platform/Clock.swift": "import Foundation  // found: 1\n",
        "Sources/ssprd/Server/A.swift": "@preconcurrency import NIOCore\nimport func CSodium.sodium_init  // found: 1\n",
        "Sources/ssprd/Store/A.swift":
            "@_exported import GRDB  // found: 1\nimport NIOCore  // found: 1\nimport Testing  // found: 1\n",
        "Sources/ssprclient/Library/A.swift": "internal import CSodium  // found: 2\nimport Glibc\n",
        "Sources/ssprclient/Elsewhere/A.swift": "import Glibc\n",
        "Tests/DaemonTests/A.swift":
            '@testable import SSPRDomain\nimport Testing\nimport SSPRStore  // found: 1\n'
            'let python = """\n    import socket\n    """\n',
        "Tests/DaemonTests/Fixtures/A.swift": "import Anything\n",
    }
    expected = {"Sources/ssprclient/Elsewhere": 1, "Package.swift": 2}
    for name, text in files.items():
        for number, line in enumerate(text.splitlines(), start=1):
            if count := re.search(r"// found: (\d)$", line):
                expected[f"{name}:{number}"] = int(count[1])
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        found: dict[str, int] = {}
        for finding in check_tree(root, dump):
            found[finding.where] = found.get(finding.where, 0) + 1
    for where in sorted(expected.keys() | found.keys()):
        if expected.get(where, 0) != found.get(where, 0):
            print(f"self-test: {where}: expected {expected.get(where, 0)} findings, found {found.get(where, 0)}")
    print(f"lint-imports: self-test {'passed' if expected == found else 'FAILED'}, {len(expected)} planted places")
    return 0 if expected == found else 1


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 64
    root = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as scratch:
        # A folder of its own: a build that is running elsewhere holds the lock of the usual one.
        dump = subprocess.run(
            ["swift", "package", "--scratch-path", scratch, "dump-package"],
            cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True,
        )
    findings = check_tree(root, json.loads(dump.stdout))
    for finding in findings:
        print(finding)
    print(f"lint-imports: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
