#!/usr/bin/python3
"""Compares the CBOR vectors with an independent implementation (Debian's python3-cbor2).

Every accepted vector must decode to the JSON value beside it, and the canonical encoding of that value must be
the vector's bytes. In JSON, a byte string is {"bytes": "hex"} and the keys of a map are decimal text.
"""

import json
import pathlib
import sys

import cbor2


def from_json(value):
    """Turns the JSON form of a value into what CBOR decodes to."""
    if isinstance(value, list):
        return [from_json(element) for element in value]
    if isinstance(value, dict):
        if set(value) == {"bytes"}:
            return bytes.fromhex(value["bytes"])
        return {int(key): from_json(entry) for key, entry in value.items()}
    return value


def same(left, right):
    """Equality that tells True from 1."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return left == right


def main():
    root = pathlib.Path(__file__).resolve().parents[3]
    agreed = 0
    wrong = []
    for file in sorted((root / "spec/vectors/cbor").glob("*.json")):
        for vector in json.loads(file.read_text(encoding="utf-8")):
            if not vector["accepted"]:
                continue
            data = bytes.fromhex(vector["hex"])
            expected = from_json(vector["value"])
            if same(cbor2.loads(data), expected) and cbor2.dumps(expected, canonical=True) == data:
                agreed += 1
            else:
                wrong.append(f"{file.name}: {vector['hex']}")
    for line in wrong:
        print("differs:", line, file=sys.stderr)
    print(f"{agreed} vectors agree")
    return 0 if agreed and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
