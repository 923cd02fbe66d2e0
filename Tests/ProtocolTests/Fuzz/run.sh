#!/bin/sh
# Fuzzes the CBOR codec with libFuzzer for some seconds (60 unless told): run.sh [SECONDS]
# What it finds interesting goes to .build-fuzz/found; what breaks the codec goes to FailCases/, and the script fails.
set -eu

seconds=${1:-60}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
build=$root/.build-fuzz
mkdir -p "$build/found"

# By hand instead of by SwiftPM: an executable target does not link with libFuzzer's main, and nothing else is needed.
flags="-O -whole-module-optimization -parse-as-library -swift-version 6 -strict-memory-safety -sanitize=fuzzer"
find "$root/Sources/SSPRProtocol/CBOR" -name '*.swift' | sort > "$build/sources"
# shellcheck disable=SC2086
swiftc $flags -enable-upcoming-feature InternalImportsByDefault -module-name StrictCBOR \
    -emit-module -emit-module-path "$build/StrictCBOR.swiftmodule" -c -o "$build/StrictCBOR.o" "@$build/sources"
# shellcheck disable=SC2086
swiftc $flags -module-name Fuzz -I "$build" -o "$build/fuzz" \
    "$here/fuzz.swift" "$here/../CBOR/CBORSamples.swift" "$here/../CBOR/CBORTree.swift" "$build/StrictCBOR.o"

# Swift's backtracer can hang for minutes inside libFuzzer's signal handler.
export SWIFT_BACKTRACE=enable=no
exec "$build/fuzz" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=512 -print_final_stats=1 \
    -artifact_prefix="$here/FailCases/" "$build/found" "$here/Corpus" "$here/FailCases"
