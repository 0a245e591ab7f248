#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fails, naming the lines, if a C++ file is not as .clang-format says.
set -eu
cd "$(dirname "$0")/.."
git ls-files '*.h' '*.cpp' | xargs clang-format --dry-run --Werror
