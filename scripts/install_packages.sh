#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages of scripts/packages.txt that are missing.
# Usage: install_packages.sh run|test    (test: those of `run` too)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
wanted=$(awk -v need="${1:?run or test}" \
    '$1 == "run" || ($1 == "test" && need == "test") {print $2}' "$here/packages.txt")
missing=
for package in $wanted; do
    case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
        "install ok installed") ;;
        *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

echo "installing:$missing"
if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null; then
    as_root=sudo
else
    echo "cannot install these packages: neither root nor sudo" >&2
    exit 2
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086  # a list of words is meant
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
