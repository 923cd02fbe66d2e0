#!/usr/bin/env bash
# Sees to it that this machine can do what was asked for, and says what to do where it cannot. Safe to run again and again.
#
# usage: scripts/setup.sh GROUP...      groups: build, test, lint, bench
#
# Packages come from Debian only, and only what is missing is installed. SSPR_SETUP=skip leaves the machine alone.
set -euo pipefail
cd "$(dirname "$0")/.."

swift_wanted=6.3
disk_wanted_mib=4096

packages_of() {
    case $1 in
        build) echo binutils git libcrypt-dev libcurl4-openssl-dev libsqlite3-dev libsodium-dev pkg-config ;;
        test)
            echo baresip-core espeak-ng gammu gammu-smsd gcc iproute2 libc6-dev libpam-wrapper librsvg2-bin mosquitto mosquitto-clients msmtp oathtool \
                openssl pamtester python3-aiosmtpd python3-cbor2 python3-cryptography python3-numpy python3-pyte python3-pytest \
                python3-pytest-xdist qrencode sip-tester sox strace zbar-tools
            ;;
        lint) echo shellcheck ;;
        bench) echo gcc libc6-dev libpam-modules-bin util-linux ;;
        *) fail 64 "unknown group: $1" "The groups are build, test, lint and bench." "scripts/setup.sh build test" ;;
    esac
}

# What, why, next: the three lines of every error of ours.
fail() {
    local status=$1
    printf 'setup: %s\n%s\nNext: %s\n' "$2" "$3" "$4" >&2
    exit "$status"
}

check_swift() {
    local found
    command -v swift >/dev/null || fail 69 "there is no swift in PATH" \
        "The tree is built with Swift $swift_wanted." "install $swift_wanted from https://www.swift.org/install/linux/"
    found=$(swift --version 2>/dev/null </dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p')
    case $found in
        "$swift_wanted" | "$swift_wanted".*) ;;
        *) fail 69 "found Swift ${found:-of an unknown version}, wanted $swift_wanted.x" \
            "Warnings are errors here, and another compiler has other warnings." \
            "put Swift $swift_wanted first in PATH (https://www.swift.org/install/linux/)" ;;
    esac
}

check_disk() {
    local free
    free=$(df -Pm . | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$disk_wanted_mib" ] || fail 74 "only $free MiB are free here" \
        "All builds together need up to $disk_wanted_mib MiB." "make room, or run 'make clean'"
}

missing_of() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

# Prints the words to put in front of apt-get; fails if nobody here may install.
elevation() {
    if [ "$(id -u)" = 0 ]; then
        return 0
    elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        echo sudo
    else
        fail 77 "may not install packages" "Missing: $*. This user is not root and cannot use sudo here." \
            "apt-get install --no-install-recommends $*   (as root)"
    fi
}

install_missing() {
    local missing prefix
    command -v dpkg-query >/dev/null || fail 69 "this is not Debian" \
        "The packages are named as in Debian 12: $*." "install their like by hand and set SSPR_SETUP=skip"
    mapfile -t missing < <(missing_of "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "setup: installing ${missing[*]}" >&2
    prefix=$(elevation "${missing[@]}")
    local apt=(${prefix:+"$prefix"} env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0
        -o Dpkg::Options::=--force-confold -o Acquire::Retries=3)
    # An old list of packages may still do; the installation below is what decides.
    "${apt[@]}" update >&2 || echo "setup: could not refresh the list of packages, trying the old one" >&2
    "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >&2 || fail 69 "apt-get could not install" \
        "Wanted: ${missing[*]}." "read apt-get's words above"
}

[ $# -gt 0 ] || fail 64 "no group named" "The groups are build, test, lint and bench." "scripts/setup.sh build test"
wanted=()
for group in "$@"; do
    # On a line of its own: a failure inside an array's parentheses would go unseen.
    packages=$(packages_of "$group")
    read -ra names <<<"$packages"
    wanted+=("${names[@]}")
done
check_swift
check_disk
[ "${SSPR_SETUP:-}" = skip ] || install_missing "${wanted[@]}"
