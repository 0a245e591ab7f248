# SPDX-License-Identifier: Apache-2.0
"""Runs a NIR chain on the schedule of the chip: every layer sees the spikes of the step before."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from nir_file import read_chain
from spiking import TIME_STEP, WEIGHT_LEVELS, dense


class Population:
    """The synapses and LIF neurons of one layer, with float parameters taken from the file."""

    def __init__(self, name, synapses, neurons):
        self.name = name
        self.synapses = synapses
        self.leak = torch.from_numpy(np.float32(TIME_STEP / neurons["tau"]))
        self.r = torch.from_numpy(neurons["r"])
        self.v_leak = torch.from_numpy(neurons["v_leak"])
        self.v_threshold = torch.from_numpy(neurons["v_threshold"])
        self.v_reset = torch.from_numpy(neurons["v_reset"])

    def start(self, batch):
        self.v = torch.zeros(batch, *self.r.shape)
        self.spikes = torch.zeros_like(self.v)
        self.spike_count = torch.zeros_like(self.v)

    def step(self, spikes):
        for synapse in self.synapses:
            spikes = synapse(spikes)
        self.v += self.leak * ((self.v_leak - self.v) + self.r * spikes)
        fired = self.v > self.v_threshold
        self.v = torch.where(fired, self.v_reset, self.v)
        self.spikes = fired.float()
        self.spike_count += self.spikes


def quantise(weight):
    """Round to even integers in [-254, 254] with one scale for the whole projection, and scale back."""
    step = np.abs(weight).max() / WEIGHT_LEVELS
    return (np.round(weight / step) * step).astype(np.float32)


def _synapse(node_type, fields, change_weight):
    if node_type == "Flatten":
        return lambda spikes: spikes.flatten(1)
    weight = torch.from_numpy(change_weight(fields["weight"]))
    if node_type == "Linear":
        return lambda spikes: dense(spikes, weight)
    if node_type == "Conv2d":
        options = {name: tuple(int(x) for x in fields[name]) for name in ("stride", "padding", "dilation")}
        bias = torch.from_numpy(fields["bias"])
        return lambda spikes: functional.conv2d(spikes, weight, bias, groups=int(fields["groups"]), **options)
    raise ValueError(f"unsupported node type {node_type}")


def load_populations(path, quantised=False):
    change_weight = quantise if quantised else (lambda weight: weight)
    populations, synapses = [], []
    for name, node_type, fields in read_chain(path):
        if node_type == "LIF":
            populations.append(Population(name, synapses, fields))
            synapses = []
        elif node_type not in ("Input", "Output"):
            synapses.append(_synapse(node_type, fields, change_weight))
    return populations


@dataclass
class Evaluation:
    classes: np.ndarray
    accuracy: float
    spikes_per_sample: dict


@torch.no_grad()
def evaluate(populations, encoder, images, labels, batch=500):
    """Run steps + depth steps per sample; the class is the output with most spikes, the lowest index on a tie."""
    classes = []
    totals = {"input": 0.0, **{population.name: 0.0 for population in populations}}
    for first in range(0, len(images), batch):
        inputs = encoder(images[first:first + batch])
        _run(populations, inputs)
        totals["input"] += inputs.sum().item()
        for population in populations:
            totals[population.name] += population.spike_count.sum().item()
        # numpy's argmax returns the first maximum.
        classes.append(np.argmax(populations[-1].spike_count.numpy(), axis=1))
    classes = np.concatenate(classes)
    accuracy = float(np.mean(classes == labels.numpy()))
    return Evaluation(classes, accuracy, {name: total / len(images) for name, total in totals.items()})


def _run(populations, inputs):
    steps = inputs.shape[0]
    silence = torch.zeros_like(inputs[0])
    for population in populations:
        population.start(inputs.shape[1])
    for t in range(steps + len(populations)):
        arriving = inputs[t - 1] if 1 <= t <= steps else silence
        for population in populations:
            previous_step = population.spikes
            population.step(arriving)
            arriving = previous_step
