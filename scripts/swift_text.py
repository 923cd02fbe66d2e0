"""Swift sources as text, for the checks that need to tell code from what only looks like code."""

import re

# Comments, then literals, longest opening first. An interpolation with nested literals ends a literal early, which at worst
# leaves a few words standing.
PIECES = re.compile(
    r"""
    //[^\n]* | /\*.*?\*/
    | (?P<raw_block>\#+)\"{3}.*?\"{3}(?P=raw_block) | (?P<raw>\#+)"[^\n]*?"(?P=raw)
    | \"{3}(?:\\.|[^\\])*?\"{3} | "(?:\\\((?:[^()\n]|\([^()\n]*\))*\)|\\.|[^"\\\n])*"
    """,
    re.DOTALL | re.VERBOSE,
)


def blank_literals(text: str) -> str:
    """`text` with comments and literals blanked out, every newline and column where it was."""
    return PIECES.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
