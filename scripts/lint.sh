#!/usr/bin/env bash
# Everything that can be said about the tree without building it. All checks run, also after one has failed.
#
# usage: scripts/lint.sh
set -euo pipefail
cd "$(dirname "$0")/.."
python=/usr/bin/python3
# Compiled Python belongs to the build folder, not between the sources.
export PYTHONPYCACHEPREFIX=$PWD/.build/pycache
failed=()

# usage: check NAME COMMAND...
check() {
    local name=$1
    shift
    "$@" </dev/null || failed+=("$name")
}

mapfile -d '' folders < <(find . -maxdepth 1 \( -name Sources -o -name Tests -o -name bench -o -name Package.swift \) -print0)
mapfile -d '' sources < <(find "${folders[@]}" -path '*/.build*' -prune -o -name '*.swift' -print0)
mapfile -d '' shells < <(find scripts .ci Tests bench packaging \( -name '*.sh' -o -path .ci/run \) -print0 2>/dev/null)
mapfile -d '' pythons < <(find scripts Tests bench packaging \( -name '*.py' -o -path packaging/recipes/sspr-call \) -print0 2>/dev/null)

check format swift format lint --strict --parallel "${sources[@]}"
check imports "$python" scripts/lint-imports.py --self-test
check imports "$python" scripts/lint-imports.py
check tree "$python" scripts/lint-tree.py --self-test
check tree "$python" scripts/lint-tree.py
check shell shellcheck "${shells[@]}"
check python "$python" -m py_compile "${pythons[@]}"

if [ ${#failed[@]} -gt 0 ]; then
    echo "lint: failed: ${failed[*]}"
    exit 1
fi
echo "lint: clean"
