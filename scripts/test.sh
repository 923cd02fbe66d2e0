#!/usr/bin/env bash
# Runs the tests: Swift's from inside, Python's from outside, and counts both.
#
# usage: scripts/test.sh                    everything
#        SANITIZE=thread scripts/test.sh    Swift's tests under a sanitizer (thread or address); nothing from outside,
#                                           since the sanitizers' own memory and threads are not what those tests measure
#
# Set for the tests: SSPR_BIN (folder of daemon and agents) and SSPR_CLIENT (the static client). With CI=true a skip is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
python=/usr/bin/python3
sanitize=${SANITIZE:-}
reports=$PWD/.build${sanitize:+-$sanitize}/reports
failures=0

case $sanitize in
    '' | thread | address) ;;
    *) echo "test: SANITIZE is thread or address, not $sanitize" >&2; exit 64 ;;
esac
# Reports of an earlier run must never be counted as this one's.
rm -rf "$reports"
mkdir -p "$reports"

# usage: outside REPORT OPTION...      runs tests from outside, and counts them
outside() {
    local report=$reports/$1.xml
    shift
    # Debian's Python without a user's own packages: the same on every machine.
    PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1 "$python" -m pytest -p no:cacheprovider -ra "$@" \
        --junitxml="$report" Tests/DaemonTests/{Attacks,Features,Interop} </dev/null || failures=1
    results+=("$report")
}

if [ -n "$sanitize" ]; then
    scripts/build.sh "$sanitize"
    sanitized=(--sanitize="$sanitize" --scratch-path ".build-$sanitize")
    export SSPR_BIN="$PWD/.build-$sanitize/debug"
    # Memory that is still held at the end is none of its business: programs that end at once free nothing.
    export ASAN_OPTIONS=detect_leaks=0
else
    scripts/build.sh debug client
    sanitized=()
    export SSPR_BIN="$PWD/.build/debug" SSPR_CLIENT="$PWD/.build-static/release/ssprclient"
fi

# One after the other: many of them block their thread, and some trace or flood the very process that they run in.
swift test --skip-build --disable-xctest --no-parallel --explicit-target-dependency-import-check error \
    ${sanitized[@]+"${sanitized[@]}"} --xunit-output "$reports/swift.xml" </dev/null || failures=1
results=("$reports/swift.xml")

if [ -z "$sanitize" ]; then
    # The vectors mean the same to another implementation.
    "$python" Tests/ProtocolTests/CBOR/check_vectors.py || failures=1
    # Two files at a time, for most of them wait for clocks and programs; those that measure time or fill the machine come alone.
    outside outside -n 2 --dist loadfile -m 'not alone'
    outside alone -m alone
fi

echo
"$python" scripts/tally.py "${results[@]}" || failures=1
exit "$failures"
