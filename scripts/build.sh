#!/usr/bin/env bash
# Builds the tree. The flags of all builds stand here and nowhere else, so that no two commands undo each other's work.
#
# usage: scripts/build.sh KIND...
#   debug      all programs and tests, for the tests             .build/debug
#   daemon     the daemon alone, unoptimised                     .build/debug
#   device     the reference device alone, unoptimised           .build/debug
#   release    daemon and agents, with Swift's libraries inside  .build/release
#   client     ssprclient, fully static                          .build-static/release
#   bench      what `make bench` measures with                   .build-bench
#   measured   of that what is compiled from the rooms, quickly  .build-measured
#   thread     programs and tests under ThreadSanitizer          .build-thread/debug
#   address    programs and tests under AddressSanitizer         .build-address/debug
set -euo pipefail
cd "$(dirname "$0")/.."

build() {
    swift build --explicit-target-dependency-import-check error "$@" </dev/null
}

[ $# -gt 0 ] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 64; }
for kind in "$@"; do
    case $kind in
        debug) build --build-tests ;;
        daemon) build --product ssprd ;;
        device) build --product sspr-device ;;
        release)
            # The target machines have no Swift: its libraries go into the programs.
            for product in ssprd sspr-courier sspr-writeback sspr-device; do
                build -c release --static-swift-stdlib --product "$product"
            done
            ;;
        # spec/decisions/0007-static-helper.md: by itself, since the flag on a single target does not link. It is read at each
        # sign-in and must stay small: optimised for size, equal functions folded (377 kB of 16.6 MB).
        client)
            build -c release --product ssprclient --static-swift-stdlib -Xswiftc -static-executable \
                -Xswiftc -Osize -Xlinker --icf=safe -Xlinker -O2 --scratch-path .build-static
            ;;
        thread | address)
            # Under the thread sanitizer locks must be of the kind that it can see (Guarded.swift).
            [ "$kind" != thread ] || sanitized=(-Xswiftc -DSSPR_UNDER_THREAD_SANITIZER)
            build --build-tests --sanitize="$kind" --scratch-path ".build-$kind" ${sanitized[@]+"${sanitized[@]}"}
            ;;
        bench)
            # Swift's libraries inside, as in the daemon: calls into them are cheaper so.
            build -c release --static-swift-stdlib --package-path bench --scratch-path .build-bench
            mkdir -p .build-bench/c
            for source in bench/c/*.c; do
                cc -std=gnu11 -O2 -Wall -Wextra -Werror -o ".build-bench/c/$(basename "$source" .c)" "$source" \
                    -pthread -lsodium -lsqlite3
            done
            ;;
        # A room's change can break what measures it, and a measurement is too long for every change: this one is compiled only.
        measured) build --package-path bench --scratch-path .build-measured --product in-process ;;
        *) echo "build: unknown kind: $kind (see the head of scripts/build.sh)" >&2; exit 64 ;;
    esac
done
