#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Configures and builds one preset. Usage: [TARGET=name] build.sh PRESET [CMAKE OPTION …]
set -eu
cd "$(dirname "$0")/.."
preset=$1
shift
# A cache left by another place of the source tree cannot be used.
cache=build/$preset/CMakeCache.txt
if [ -f "$cache" ] && ! grep -q "^CMAKE_HOME_DIRECTORY:INTERNAL=$(pwd -P)\$" "$cache"; then
    rm -rf "build/$preset"
fi
cmake --preset "$preset" "$@" >"/dev/null"
cmake --build --preset "$preset" --target "${TARGET:-all}"
