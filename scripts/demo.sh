#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and classifies the Fashion-MNIST test set on the modelled chip.
# Usage: demo.sh [IMAGES]    (default 1000, at most 10000)
set -eu
cd "$(dirname "$0")/.."
scripts/install_packages.sh run
scripts/build.sh release -DCORTILE_TESTS=OFF -DCORTILE_BENCH=OFF
exec build/release/app/cortile run examples/fashion_mnist/experiment.yaml \
    --set "stimulus.samples=${1:-1000}" --threads 2 --out results/fashion_mnist
