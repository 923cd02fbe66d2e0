#!/usr/bin/env bash
# Proves what the programs do not contain: most promises of a small client are promises about absence.
#
# usage: scripts/negatives.sh       (after scripts/build.sh client; builds the example service by itself)
#
# Each check has a positive twin (the symbols that must be there), so that a stripped or empty file cannot pass.
set -euo pipefail
cd "$(dirname "$0")/.."
client=.build-static/release/ssprclient
service=Tests/DaemonTests/Fixtures/LinkedService
service_scratch=.build-linked
# 20 MiB (spec/decisions/0020-how-large-the-client-may-be.md).
client_limit=20971520
findings=0

find_fault() {
    printf 'negatives: %s\n' "$*"
    findings=$((findings + 1))
}

# Mangled Swift names carry a module as its length and name: 7NIOCore, 10Foundation.
foreign='[0-9](NIO[A-Z]|GRDB|Yams)|^(sodium|crypto_(pwhash|aead|sign|generichash))_|^sqlite3_|^curl_(easy|global|url)'
# Unicode's tables are most of full Foundation; ArgumentParser brings FoundationEssentials, which has none.
icu='FoundationInternationalization|FoundationICU|^(udat|ucal|unum|uloc|ulocimp|ucol)_'

# usage: check_symbols FILE REFUSED REQUIRED
check_symbols() {
    local names bad
    names=$(nm --format=just-symbols "$1" 2>/dev/null) || names=
    grep -q -E "$3" <<<"$names" || { find_fault "$1: no symbol $3: stripped, so nothing can be proven"; return; }
    # A few examples are enough; grep reads all, so that nothing ends with a broken pipe.
    bad=$(grep -E "$2" <<<"$names" | sed -n 1,3p || true)
    [ -z "$bad" ] || find_fault "$1: contains what it must not: ${bad//$'\n'/ }"
}

check_needed() {
    local needed
    needed=$(readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -E "$2" || true)
    [ -z "$needed" ] || find_fault "$1: needs ${needed//$'\n'/ }"
}

check_client() {
    [ -x "$client" ] || { find_fault "$client is missing: run scripts/build.sh client"; return; }
    check_symbols "$client" "$foreign|$icu" '10SSPRClient'
    check_needed "$client" .
    local headers stripped size
    headers=$(readelf -lW "$client")
    ! grep -q -E '^ +(INTERP|DYNAMIC) ' <<<"$headers" || find_fault "$client: is not fully static"
    stripped=$(mktemp)
    strip -o "$stripped" "$client"
    size=$(stat -c %s "$stripped")
    rm -f "$stripped"
    echo "negatives: $client: $size bytes stripped, at most $client_limit"
    [ "$size" -le "$client_limit" ] || find_fault "$client: $size bytes stripped, more than $client_limit"
}

# A service of somebody else that links the library SSPRClient and nothing more, built as such a person would.
check_service() {
    [ -f "$service/Package.swift" ] || { find_fault "$service is missing: nothing shows what the library brings along"; return; }
    swift build --package-path "$service" --scratch-path "$service_scratch" </dev/null ||
        { find_fault "$service does not build"; return; }
    local folder name built=
    folder=$(swift build --package-path "$service" --scratch-path "$service_scratch" --show-bin-path </dev/null)
    for name in "$folder"/*.build; do
        # A folder without objects is a target that was planned for and never compiled.
        [ -n "$(find "$name" -name '*.o' -print -quit)" ] || continue
        name=$(basename "$name" .build)
        built+=" $name"
        case $name in
            NIO* | CNIO* | _NIO* | GRDB* | CSodium | CHashMemory | Crypto* | CCrypto* | Yams | CYaml | CCurl | Logging | ArgumentParser* | \
                SSPRCrypto | SSPRDocuments | SSPRDomain | SSPRPlatform | SSPRServer | SSPRStore)
                find_fault "$service: compiled $name, which the client library must not need" ;;
        esac
    done
    case $built in
        *SSPRClient*) ;;
        *) find_fault "$service: did not compile SSPRClient; it has compiled:$built" ;;
    esac
    local programs
    mapfile -t programs < <(find -H "$folder" -maxdepth 1 -type f -perm -u+x ! -name '*.so')
    [ ${#programs[@]} -gt 0 ] || find_fault "$service: no program was built"
    for name in ${programs[@]+"${programs[@]}"}; do
        check_symbols "$name" "$foreign|$icu|[0-9]_?Foundation" '10SSPRClient'
        check_needed "$name" 'Foundation|curl|sodium|sqlite'
        echo "negatives: $name: links SSPRClient; compiled$built"
    done
}

check_client
check_service
echo "negatives: $findings findings"
[ "$findings" = 0 ]
