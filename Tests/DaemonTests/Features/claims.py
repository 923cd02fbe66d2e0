"""What spec/features.md claims, claim by claim, and which scenario quotes which.

A claim is a sentence of the column "what", or a piece of the column "numbers" between semicolons. A scenario quotes it, word by word,
as a paragraph of its docstring; one that plays several claims has several paragraphs.
"""

import ast
import pathlib
import re

FOLDER = pathlib.Path(__file__).parent
PAGE = FOLDER.parents[2] / "spec/features.md"
# F9, F10 and F12 have tests of their own kind: write-back agents, chains of records, PAM through pamtester.
FEATURES = ("F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F11")
# A full stop ends a sentence where a new one begins after it: with a capital, a word in italics or bold, a word of code.
SENTENCE = re.compile(r"(?<=\.)\s+(?=[A-Z*`])")


def plain(words):
    """Without line breaks, emphasis and the targets of links, so that a quotation need not have them."""
    return " ".join(re.sub(r"\[([^]]*)\]\([^)]*\)|\*+", r"\1", words).split())


def claims_of(feature):
    """Every claim of the feature, in the order of the page."""
    row = next(line for line in PAGE.read_text().splitlines() if line.startswith(f"| {feature} |"))
    what, numbers = row.strip("| ").split(" | ")[1:3]
    return [plain(claim) for claim in SENTENCE.split(what) + numbers.split(";") if claim.strip()]


def quotes():
    """(feature, claim) of each paragraph of a scenario's docstring, and where it stands."""
    for path in sorted(FOLDER.glob("test_f*.py")):
        for function in ast.parse(path.read_text()).body:
            if isinstance(function, ast.FunctionDef) and (named := re.match(r"test_feature_(F\d+)_", function.name)):
                for paragraph in (ast.get_docstring(function) or "").split("\n\n"):
                    yield (named[1], plain(paragraph)), f"{path.name}:{function.name}"
