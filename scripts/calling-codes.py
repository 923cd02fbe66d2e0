#!/usr/bin/env python3
"""Prints Sources/SSPRProtocol/Vocabulary/CallingCodes.swift from the metadata of libphonenumber (PyPI: phonenumbers).

    python3 scripts/calling-codes.py            print the file
    python3 scripts/calling-codes.py --check    exit 1 when the file in the tree says something else

Run it again when countries change their numbering plans; nothing else of that library is needed to build or to run.
"""
import pathlib
import sys

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

FILE = pathlib.Path(__file__).resolve().parents[1] / "Sources/SSPRProtocol/Vocabulary/CallingCodes.swift"
# Freephone, shared cost and premium rate belong to services, not to people: nobody is reached there, and some are paid for calls.
SERVICES = {800, 808, 979}
LONGEST = 15  # E.164 section 6.1


def lengths(code, regions):
    found = set()
    for region in regions:
        description = PhoneMetadata.metadata_for_region_or_calling_code(code, region).general_desc
        found.update(length for length in description.possible_length if 0 < length <= LONGEST - len(str(code)))
    return sorted(found)


def page():
    entries = [(code, lengths(code, regions)) for code, regions in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items())
               if code not in SERVICES]
    lines, line = [], ""
    for code, found in entries:
        entry = f"{code}: {hex(sum(1 << length for length in found))},"
        if len(line) + len(entry) + 1 > 110:
            lines.append(line)
            line = ""
        line = f"{line} {entry}".strip()
    body = "\n".join(f"        {line}" for line in lines + [line])
    return f"""// Printed by scripts/calling-codes.py; not edited by hand.

/// The country calling codes that are in use, and how long their national numbers are.
///
/// From the metadata of libphonenumber {phonenumbers.__version__.rsplit(".", 1)[0]}, without codes of services: 800, 808 and 979.
enum CallingCodes {{
    /// A set bit n: national numbers of n digits exist.
    static let lengths: [UInt16: UInt16] = [
{body}
    ]
}}
"""


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if FILE.read_text() == page() else f"{FILE.name} is not what scripts/calling-codes.py prints")
    print(page(), end="")
