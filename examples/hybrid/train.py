#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains a graded, a spiking and a mixed network for Fashion-MNIST and writes them as NIR files."""

import dataclasses
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "training"))

from chip_evaluation import report  # noqa: E402
from hybrid import GradedEncoder, HybridNetwork, Layer  # noqa: E402
from training import Recipe, command_line, parse, train_to_file  # noqa: E402


class GradedRecipe(Recipe):
    """Shows the image once, as graded activations, however long the spiking layers run."""

    def encoder(self, steps):
        return GradedEncoder()


@dataclasses.dataclass
class Variant:
    graded_layers: int
    recipe: Recipe


SHARED = {"max_rate": 1.0, "max_shift": 1, "batch": 100, "logit_scale": 1.0, "weight_decay": 1e-3}

# Every network begins with the weights of the graded one, trained with batch normalisation, which is then folded.
PRETRAINING = GradedRecipe(steps=1, short_steps=1, epochs=40, short_share=1.0, learning_rate=5e-3, rate_penalty=0.0,
                           **SHARED)

VARIANTS = {
    "ann": Variant(4, GradedRecipe(steps=1, short_steps=1, epochs=10, short_share=0.0, learning_rate=5e-4,
                                   rate_penalty=0.0, **SHARED)),
    "hybrid": Variant(2, GradedRecipe(steps=8, short_steps=8, epochs=16, short_share=0.4, learning_rate=1e-3,
                                      rate_penalty=0.05, **SHARED)),
    "snn": Variant(0, Recipe(steps=12, short_steps=12, epochs=10, short_share=0.4, learning_rate=1e-3,
                             rate_penalty=0.05, **SHARED)),
}


def build_network(graded_layers, steps, normalise=False):
    """Keep every neuron's fan-in within the 256 axons of a core."""
    shapes = [
        dict(weight_shape=(16, 1, 5, 5), stride=2, padding=2),
        dict(weight_shape=(28, 16, 3, 3), stride=2, padding=1),
        dict(weight_shape=(32, 28, 3, 3), stride=2, padding=1),
        dict(weight_shape=(256, 16, 4, 4), groups=2),
    ]
    graded_image = graded_layers > 0
    layers = [Layer("graded" if index < graded_layers else "spiking", normalise=normalise,
                    graded_input=graded_image and index <= graded_layers, **shape)
              for index, shape in enumerate(shapes)]
    layers.append(Layer("readout", (10, 256), graded_input=graded_layers == len(shapes)))
    return HybridNetwork((1, 28, 28), layers, steps)


def pretrain(path, arguments):
    network = build_network(graded_layers=4, steps=1, normalise=True)
    train_to_file(network, PRETRAINING, path, arguments)


def main():
    parser = command_line(can_continue=True)
    parser.add_argument("--network", choices=VARIANTS, default="hybrid")
    parser.add_argument("--pretrain", metavar="FILE", help="only write the network from which all others start")
    arguments = parse(parser, outputs=("out", "evaluate", "pretrain"))
    if arguments.pretrain:
        pretrain(arguments.pretrain, arguments)
        return
    variant = VARIANTS[arguments.network]
    recipe = variant.recipe
    if not arguments.evaluate:
        with tempfile.TemporaryDirectory() as folder:
            start = arguments.start or os.path.join(folder, "pretrained.nir")
            if not arguments.start:
                pretrain(start, arguments)
            network = build_network(variant.graded_layers, recipe.steps)
            network.load_weights(start)
        train_to_file(network, recipe, arguments.out, arguments)
    report(arguments.evaluate or arguments.out, recipe.encoder(recipe.steps), recipe.steps, arguments.data,
           arguments.classes)


if __name__ == "__main__":
    main()
