#!/usr/bin/python3
"""Looks at the tree as text: what stands where, how long files are, and what must not be left behind in them.

usage: scripts/lint-tree.py [--self-test]

- exactly four folders under Sources/ and two under Tests/;
- nine of ten source files have fewer than 400 lines;
- no notes of unfinished work, no path of a particular machine;
- no forced try, cast or unwrap in programs (a daemon that holds secrets answers, it does not trap);
- a test that is switched off says why.
"""

import ast
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from swift_text import blank_literals

FOLDERS = {
    "Sources": {"CSodium", "SSPRProtocol", "ssprclient", "ssprd"},
    "Tests": {"DaemonTests", "ProtocolTests"},
}
LONG_LINES = 400
SHARE_OF_SHORT_FILES = 0.9
SOURCE_SUFFIXES = {".c", ".h", ".py", ".sh", ".swift"}

# Written in pieces, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
MACHINE_PATH = re.compile(r"(?<![\w.$}])(?:/wor" r"k/|/tmp/hel" r"pers)")
# In Swift text with comments and literals blanked out. A postfix `!` follows a name or a bracket and is not the start of `!=`.
FORCED = re.compile(r"\btry!|\bas!|[\w)\]}>?]!(?![=])")
# A trait or call that switches a test off, and which of its arguments is the reason.
SWIFT_SKIP = re.compile(r"\.disabled\(|\.enabled\(if:|\bwithKnownIssue\(|\bTest\.cancel\(|\bwithKnownIssue\s*\{")
PYTHON_SKIPS = {"skip", "skipif", "xfail", "skipTest", "SkipTest"}


def files_of(root: Path) -> list[Path]:
    """All files that are or may become part of the repository; without git (a tarball) all that are not build output."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
    )
    if listed.returncode == 0:
        names = [Path(name.decode()) for name in listed.stdout.split(b"\0") if name]
    else:
        names = [path.relative_to(root) for path in root.rglob("*")]
        names = [name for name in names if not any(part.startswith((".build", ".git")) for part in name.parts[:-1])]
    return sorted(name for name in names if (root / name).is_file() and not (root / name).is_symlink())


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def arguments_of(code: str, text: str, opening: int) -> str:
    """The text between the bracket at `opening` and its partner; `code` is `text` without literals."""
    depth = 0
    for position in range(opening, len(code)):
        depth += {"(": 1, ")": -1}.get(code[position], 0)
        if depth == 0:
            return text[opening + 1 : position]
    return text[opening + 1 :]


def check_folders(root: Path) -> Iterator[str]:
    for parent, wanted in FOLDERS.items():
        found = {path.name for path in (root / parent).iterdir() if path.is_dir()} if (root / parent).is_dir() else set()
        for name in sorted(found ^ wanted):
            what = "is not one of" if name in found else "is missing from"
            yield f"{parent}/{name}: {what} the {len(wanted)} folders: {', '.join(sorted(wanted))}"


def check_swift(name: Path, text: str) -> Iterator[str]:
    code = blank_literals(text)
    if name.parts[0] != "Tests":
        for match in FORCED.finditer(code):
            yield f"{name}:{line_of(code, match.start())}: `{match[0]}` traps instead of answering: throw, or return a default"
    for match in SWIFT_SKIP.finditer(code):
        opening = match.group().find("(")
        arguments = arguments_of(code, text, match.start() + opening) if opening >= 0 else ""
        if not re.search(r'"[^"\s]', arguments):
            yield f"{name}:{line_of(code, match.start())}: `{match[0]}` without a reason: give it as text"


def check_python(name: Path, text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield f"{name}:{error.lineno}: {error.msg}"
        return
    with_reason: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            reasons = [*node.args, *(word.value for word in node.keywords if word.arg in ("reason", "msg"))]
            texts = [reason for reason in reasons if isinstance(reason, (ast.JoinedStr, ast.Name, ast.BinOp, ast.Call))
                     or isinstance(reason, ast.Constant) and isinstance(reason.value, str) and reason.value.strip()]
            # `skipif` takes its condition first: only the reason counts.
            if texts and not (called(node.func) == "skipif" and not any(word.arg == "reason" for word in node.keywords)):
                with_reason.add(id(node.func))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in PYTHON_SKIPS and belongs_to_tests(node):
            if id(node) not in with_reason:
                yield f"{name}:{node.lineno}: `{ast.unparse(node)}` without a reason: give it as text"


def called(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""


def belongs_to_tests(node: ast.Attribute) -> bool:
    return ast.unparse(node).startswith(("pytest.", "unittest.", "self.skipTest"))


def check_text(name: Path, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        # Pages may speak about such notes; only code may not contain them.
        if name.suffix != ".md" and (match := UNFINISHED.search(line)):
            yield f"{name}:{number}: `{match[0]}`: finish it, or describe it in an issue"
        if match := MACHINE_PATH.search(line):
            yield f"{name}:{number}: `{match[0]}` is a path of one machine: use a relative or temporary one"


def check_lengths(lengths: dict[Path, int]) -> tuple[str, list[str]]:
    """A line that tells the share of short files, and the long ones if they are too many."""
    long_files = sorted((name for name, lines in lengths.items() if lines >= LONG_LINES), key=lambda name: -lengths[name])
    share = 1 - len(long_files) / max(len(lengths), 1)
    summary = f"lint-tree: {share:.1%} of {len(lengths)} source files have fewer than {LONG_LINES} lines"
    if long_files:
        summary += "; longer: " + ", ".join(f"{name} ({lengths[name]})" for name in long_files)
    if share >= SHARE_OF_SHORT_FILES:
        return summary, []
    return summary, [f"{name}: {lengths[name]} lines: split it by idea" for name in long_files]


def check_tree(root: Path) -> tuple[str, list[str]]:
    findings = list(check_folders(root))
    lengths: dict[Path, int] = {}
    for name in files_of(root):
        try:
            text = (root / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # A test vector or a picture: nothing to read.
        findings += check_text(name, text)
        if name.suffix in SOURCE_SUFFIXES:
            lengths[name] = len(text.splitlines())
        if name.suffix == ".swift":
            findings += check_swift(name, text)
        elif name.suffix == ".py":
            findings += check_python(name, text)
    summary, long_files = check_lengths(lengths)
    return summary, findings + long_files


def self_test() -> int:
    """Plants one violation of each rule, and beside them what only looks like one. `found` marks a line that must be found."""
    note = "TO" + "DO"
    files = {
        "Sources/ssprd/A.swift":
            f"let a = try! f()  // found\nlet b = a as! Int  // found\nlet c = d!.e  // found\nlet f: Int!  // found\n"
            f'if a != b, !c {{}}\nlet g = "try! this, \\(h) said!"\n// as! in a comment, yes!\nlet i = #"j!"#\nx! = 1  // found\n'
            f'let k = """\n    it works!\n    """\n// {note} later: found\n',
        "Sources/ssprd/Path.swift": 'let a = "/wor' + 'k/main"  // found\nlet b = "frame/wor' + 'k/x"\n',
        "Sources/ssprd/Long.swift": "let a = 1\n" * LONG_LINES,
        "Sources/Extra/A.h": "int a;\n",
        "Sources/CSodium/a.h": "int a;\n",
        "Sources/SSPRProtocol/A.swift": "let a = 1\n",
        "Tests/ProtocolTests/A.swift":
            'let a = try! f()\n@Test(.disabled("no network"))\n@Test(.disabled())  // found\n@Test(.enabled(if: a(b)))  // found\n'
            '@Test(.enabled(\n    if: a(b), "needs b"))\nwithKnownIssue { }  // found\nwithKnownIssue("slow") { }\n',
        "Tests/DaemonTests/a.py":
            "import pytest\n@pytest.mark.skip  # found\ndef test_a(): pass\n@pytest.mark.skip(reason='no network')\n"
            "def test_b(): pytest.skip()  # found\n@pytest.mark.skipif(a == 'b')  # found\ndef test_c(): pytest.skip(f'{a}')\n"
            "@pytest.mark.skipif(a, reason='a')\ndef test_d(): x.skip()\n",
    }
    expected = {"Sources/Extra", "Sources/ssprclient", "Sources/ssprd/Long.swift"}
    for name, text in files.items():
        expected |= {f"{name}:{number}" for number, line in enumerate(text.splitlines(), start=1) if line.endswith("found")}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        found = {finding.split(": ")[0] for finding in check_tree(root)[1]}
    for where in sorted(expected ^ found):
        print(f"self-test: {where}: {'not found' if where in expected else 'found, but allowed'}")
    print(f"lint-tree: self-test {'passed' if expected == found else 'FAILED'}, {len(expected)} planted places")
    return 0 if expected == found else 1


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 64
    summary, findings = check_tree(Path(__file__).resolve().parent.parent)
    for finding in findings:
        print(finding)
    print(summary)
    print(f"lint-tree: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
