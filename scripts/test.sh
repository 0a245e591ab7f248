#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs all tests. Further arguments go to ctest.
set -eu
cd "$(dirname "$0")/.."
scripts/install_packages.sh test
scripts/build.sh release -DCORTILE_TESTS=ON -DCORTILE_BENCH=ON
exec ctest --preset release -j "$(nproc)" "$@"
