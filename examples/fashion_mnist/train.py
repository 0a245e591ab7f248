#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the fully connected spiking network for Fashion-MNIST and writes it as a NIR file."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "training"))

from spiking import DenseLayer, SpikingNetwork  # noqa: E402
from training import Recipe, main  # noqa: E402

RECIPE = Recipe(steps=16, max_rate=0.5, epochs=16, short_steps=8, short_share=0.5)


def build_network():
    return SpikingNetwork((1, 28, 28), [
        DenseLayer(28 * 28, 256, gain=1.0, tau_steps=8),
        DenseLayer(256, 10, gain=1.0, tau_steps=16),
    ])


if __name__ == "__main__":
    main(build_network, RECIPE)
