# SPDX-License-Identifier: Apache-2.0
"""Training loop and command line shared by the Fashion-MNIST examples."""

import argparse
import time
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from data import RateEncoder, augment, load_images
from evaluation import evaluate, load_populations
from nir_file import write_chain


@dataclass
class Recipe:
    steps: int
    max_rate: float
    epochs: int
    short_steps: int  # number of time steps in the first phase, which costs less
    short_share: float  # share of the epochs spent in the first phase
    max_shift: int = 0  # pixels, for augmentation
    batch: int = 50
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    logit_scale: float = 8.0  # logit of an output neuron which fires in every step
    rate_penalty: float = 0.1
    clip_sigmas: float = 4.0

    def encoder(self, steps):
        return RateEncoder(steps, self.max_rate)


def loss_of(outputs, labels, recipe):
    logits = recipe.logit_scale * outputs[-1].mean(0)
    rates = [spikes.mean() for spikes in outputs[:-1]]
    loss = functional.cross_entropy(logits, labels) + recipe.rate_penalty * sum(rates)
    return loss, (logits.argmax(1) == labels).float().mean().item(), [rate.item() for rate in rates]


def train(network, recipe, images, labels, generator, after_epoch):
    optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    batches = len(images) // recipe.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, total_steps=recipe.epochs * batches, pct_start=0.1)
    short_epochs = round(recipe.short_share * recipe.epochs)
    for epoch in range(recipe.epochs):
        if epoch == short_epochs:
            for layer in network.layers:
                layer.enable_quantisation(recipe.clip_sigmas)
        encoder = recipe.encoder(recipe.short_steps if epoch < short_epochs else recipe.steps)
        start = time.monotonic()
        history = []
        for indices in torch.randperm(len(images), generator=generator)[:batches * recipe.batch].split(recipe.batch):
            spikes = encoder(augment(images[indices], generator, recipe.max_shift))
            loss, accuracy, rates = loss_of(network(spikes), labels[indices], recipe)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
            for layer in network.layers:
                layer.clip_weights()
            history.append([loss.item(), accuracy, *rates])
        loss, accuracy, *rates = np.mean(history, axis=0)
        print(f"epoch {epoch + 1}/{recipe.epochs}: {encoder.steps} steps, loss {loss:.4f}, "
              f"training accuracy {100 * accuracy:.2f} %, hidden rates {' '.join(f'{r:.3f}' for r in rates)}, "
              f"{time.monotonic() - start:.0f} s", flush=True)
        after_epoch()


def report(path, recipe, data, classes_file=None):
    images, labels = load_images(data, "t10k")
    encoder = RateEncoder(recipe.steps, recipe.max_rate)
    for title, quantised in (("float weights", False), ("8-bit weights", True)):
        result = evaluate(load_populations(path, quantised), encoder, images, labels)
        spikes = ", ".join(f"{name} {count:.1f}" for name, count in result.spikes_per_sample.items())
        print(f"{title}: test accuracy {100 * result.accuracy:.2f} %; spikes per sample: {spikes}", flush=True)
        if classes_file and not quantised:
            np.savetxt(classes_file, result.classes, fmt="%d")


def command_line(can_continue):
    """The options which all examples share."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist", metavar="DIR")
    parser.add_argument("--out", metavar="FILE", help="NIR file to write after training")
    if can_continue:
        parser.add_argument("--start", metavar="FILE", help="fine-tune the network of this NIR file")
    parser.add_argument("--epochs", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--evaluate", metavar="FILE", help="only evaluate this NIR file")
    parser.add_argument("--classes", metavar="FILE", help="write the predicted class of each test image")
    return parser


def parse(parser, outputs=("out", "evaluate")):
    """Read the command line, which must hold one of `outputs`, and fix the random seed."""
    arguments = parser.parse_args()
    if not any(getattr(arguments, name) for name in outputs):
        parser.error(" or ".join(f"--{name}" for name in outputs) + " is required")
    # Several threads would make the order of floating-point sums, hence the result, depend on the machine.
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    return arguments


def train_to_file(network, recipe, path, arguments):
    """Train and write the network to the NIR file `path` after each epoch."""
    if arguments.epochs:
        recipe.epochs = arguments.epochs
    start = time.monotonic()
    generator = torch.Generator().manual_seed(arguments.seed)
    train(network, recipe, *load_images(arguments.data, "train"), generator,
          after_epoch=lambda: write_chain(path, network.nir_nodes()))
    print(f"trained in {time.monotonic() - start:.0f} s", flush=True)


def main(build_network, recipe, fine_tuning=None):
    """Command line of an example; build_network() is called once the random seed is set."""
    arguments = parse(command_line(can_continue=fine_tuning is not None))
    if not arguments.evaluate:
        network = build_network()
        if fine_tuning and arguments.start:
            recipe = fine_tuning
            network.load_weights(arguments.start)
        train_to_file(network, recipe, arguments.out, arguments)
    report(arguments.evaluate or arguments.out, recipe, arguments.data, arguments.classes)
