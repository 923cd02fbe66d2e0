#!/usr/bin/env bash
# Copies the built programs to where they belong. Builds nothing: it may run as root, and a build must not.
#
# usage: PREFIX=/usr/local DESTDIR= scripts/install.sh
set -euo pipefail
cd "$(dirname "$0")/.."
# An empty PREFIX is one, too: everything then stands right under DESTDIR.
root=${DESTDIR:-}${PREFIX-/usr/local}

# usage: put FILE FOLDER
put() {
    [ -x "$1" ] || {
        printf 'install: %s is missing\nThe programs have not been built.\nNext: make build\n' "$1" >&2
        exit 66
    }
    install -D -s -m 0755 "$1" "$root/$2/$(basename "$1")"
    echo "$root/$2/$(basename "$1")"
}

# usage: put_script FILE FOLDER    there is nothing to strip
put_script() {
    install -D -m 0755 "$1" "$root/$2/$(basename "$1")"
    echo "$root/$2/$(basename "$1")"
}

put .build/release/ssprd sbin
put .build-static/release/ssprclient bin
put .build/release/sspr-courier libexec/sspr
put .build/release/sspr-writeback libexec/sspr
put .build/release/sspr-device bin
put_script packaging/recipes/sspr-call libexec/sspr
