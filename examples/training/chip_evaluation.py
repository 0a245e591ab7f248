# SPDX-License-Identifier: Apache-2.0
"""Runs a NIR chain of graded and spiking layers step by step, in real numbers or in the integers of the chip.

Independent of the training code's forward pass. The arithmetic of the chip: 8-bit weights out of a table of 32 values
per population; a spike weighs 1, a graded activation is a level p in 0..127 which stands for p / 127. A unit of a
potential is the smallest product of a weight and an input.

* Graded population: p = clamp(floor(acc / 2^s), 0, 127), with the largest s that lets all weights / threshold * 2^s
  fit into 8 bits.
* Spiking population and read-out: the largest weight becomes 127; the threshold, in units, is rounded.
* Biases are rounded to units.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from data import load_images
from nir_file import read_chain
from spiking import TIME_STEP
from weight_table import LARGEST, TABLE_SIZE, fit_table, nearest

MAX_FAN_IN = 256
ACTIVATION_LEVELS = 127


def integer_weights(scaled):
    """Round to 8 bits and, if these are too many values, on to a table of 32."""
    rounded = np.clip(np.rint(scaled), -LARGEST, LARGEST).astype(np.int64)
    if len(np.unique(rounded)) > TABLE_SIZE:
        table = fit_table(rounded)
        rounded = table[nearest(rounded, table)]
    return rounded


class Projection:
    """A convolution, or a matrix on the flattened input; its bias belongs to the population behind it."""

    def __init__(self, node_type, fields):
        self.weight = fields["weight"].astype(np.float64)
        bias = fields["bias"].astype(np.float64)
        self.convolution = node_type == "Conv2d"
        self.bias = bias[:, None, None] if self.convolution else bias
        fan_in = math.prod(self.weight.shape[1:])
        if fan_in > MAX_FAN_IN:
            raise ValueError(f"fan-in {fan_in}: a core has {MAX_FAN_IN} axons")
        if self.convolution:
            options = ("stride", "padding", "dilation")
            self.options = {name: tuple(int(x) for x in fields[name]) for name in options}
            self.options["groups"] = int(fields["groups"])

    def __call__(self, inputs):
        """Exact for integers: a sum of 256 products of 8-bit numbers fits into the 24 bits of a float32."""
        weight = torch.from_numpy(self.weight.astype(np.float32))
        if self.convolution:
            return functional.conv2d(inputs.float(), weight, **self.options)
        return functional.linear(inputs.float().flatten(1), weight)


class Population:
    """Real numbers. A graded population computes only when its input arrives, the others in every step."""

    is_graded = False
    runs_without_input = True  # in every step from that in which the first input can arrive

    def __init__(self, name, projection, fields):
        self.name = name
        self.projection = projection
        self.shape = fields["r"].shape
        self.gain = fields["r"].astype(np.float64) * TIME_STEP
        self.threshold = fields["v_threshold"].astype(np.float64) if "v_threshold" in fields else None

    def quantise(self, graded_input):
        """Replace the parameters by the integers of the chip."""
        scale = self.scale()
        unit = scale * (ACTIVATION_LEVELS if graded_input else 1)
        gain = self._uniform(self.gain)
        self.projection.weight = integer_weights(gain * self.projection.weight * scale)
        self.projection.bias = np.rint(gain * self.projection.bias * unit).astype(np.int64)
        self.gain = 1
        if self.threshold is not None:
            self.threshold = np.rint(self._uniform(self.threshold) * unit).astype(np.int64)

    def scale(self):
        """Integer weight per weight times gain."""
        return LARGEST / (self._uniform(self.gain) * np.abs(self.projection.weight).max())

    def _uniform(self, values):
        if np.ptp(values) != 0:
            raise ValueError(f"{self.name}: the neurons' parameters differ, which no common scale can hold")
        return float(values.flat[0])

    def start(self, batch):
        self.v = torch.zeros(batch, *self.shape, dtype=torch.float64)
        self.outputs = None
        self.events = 0
        self.peak = 0.0

    def step(self, arriving):
        """Advance by one step; `arriving` is None in the absence of input."""
        self.outputs = None
        if arriving is None and not self.runs_without_input:
            return
        x = torch.from_numpy(np.asarray(self.projection.bias, dtype=np.float64))
        if arriving is not None:
            x = x + self.projection(arriving).double()
        self.update(torch.as_tensor(self.gain) * x)
        if self.outputs is not None:
            self.events += int(torch.count_nonzero(self.outputs))

    def integrate(self, x):
        self.v += x
        self.peak = max(self.peak, self.v.abs().max().item())


class GradedPopulation(Population):
    is_graded = True
    runs_without_input = False
    shift = None

    def scale(self):
        largest = self._uniform(self.gain) * np.abs(self.projection.weight).max() / self._uniform(self.threshold)
        self.shift = math.floor(math.log2(LARGEST / largest))
        return 2.0**self.shift / self._uniform(self.threshold)

    def update(self, x):
        self.peak = max(self.peak, x.abs().max().item())
        if self.shift is None:
            self.outputs = (x / torch.as_tensor(self.threshold)).clamp(0, 1)
        else:
            self.outputs = torch.floor(x / 2.0**self.shift).clamp(0, ACTIVATION_LEVELS)


class SpikingPopulation(Population):
    def update(self, x):
        self.integrate(x)
        threshold = torch.as_tensor(self.threshold)
        self.outputs = (self.v > threshold).double()
        self.v -= threshold * self.outputs


class Readout(Population):
    def update(self, x):
        self.integrate(x)


def load_populations(path):
    populations, projection = [], None
    for name, node_type, fields in read_chain(path):
        if node_type in ("Conv2d", "Affine"):
            projection = Projection(node_type, fields)
        elif node_type == "IF":
            graded = fields.get("metadata/cortile/activation") == "relu"
            populations.append((GradedPopulation if graded else SpikingPopulation)(name, projection, fields))
        elif node_type == "I":
            populations.append(Readout(name, projection, fields))
        elif node_type not in ("Input", "Output", "Flatten"):
            raise ValueError(f"{name}: unsupported node type {node_type}")
    return populations


class Chip:
    """A chain with one step of delay from layer to layer."""

    def __init__(self, path, graded_input, quantised):
        self.populations = load_populations(path)
        self.quantised = quantised
        if quantised:
            for population in self.populations:
                population.quantise(graded_input)
                graded_input = population.is_graded

    def run(self, inputs, steps):
        """Let the read-out compute in `steps` steps on inputs (input steps, batch, ...); return its potential."""
        for population in self.populations:
            population.start(inputs.shape[1])
        depth = len(self.populations)
        for t in range(1, steps + depth):
            arriving = inputs[t - 1] if t <= len(inputs) else None
            for index, population in enumerate(self.populations, start=1):
                previous_step = population.outputs
                if t >= index:
                    population.step(arriving)
                arriving = previous_step
        return self.populations[-1].v


@dataclass
class Evaluation:
    classes: np.ndarray
    accuracy: float
    events_per_sample: dict  # spikes, or graded activations other than 0
    peaks: dict  # largest magnitude of a potential, or of the sum of a graded population


@torch.no_grad()
def evaluate(chip, encoder, steps, images, labels, batch=500):
    """The class is the output with the highest potential at the end, the lowest index on a tie."""
    classes = []
    events = {name: 0 for name in ["input"] + [population.name for population in chip.populations]}
    peaks = {population.name: 0 for population in chip.populations}
    for first in range(0, len(images), batch):
        inputs = encoder(images[first:first + batch])
        events["input"] += int(torch.count_nonzero(inputs))
        if chip.quantised and encoder.is_graded:
            inputs = torch.round(inputs * ACTIVATION_LEVELS)
        classes.append(np.argmax(chip.run(inputs, steps).numpy(), axis=1))
        for population in chip.populations:
            events[population.name] += population.events
            peaks[population.name] = max(peaks[population.name], population.peak)
    classes = np.concatenate(classes)
    accuracy = float(np.mean(classes == labels.numpy()))
    return Evaluation(classes, accuracy, {name: count / len(images) for name, count in events.items()}, peaks)


def report(path, encoder, steps, data, classes_file=None):
    images, labels = load_images(data, "t10k")
    for title, quantised in (("real numbers", False), ("integers", True)):
        chip = Chip(path, encoder.is_graded, quantised)
        result = evaluate(chip, encoder, steps, images, labels)
        print(f"{title}: test accuracy {100 * result.accuracy:.2f} % of {len(images)} images", flush=True)
        events = ", ".join(f"{name} {count:.1f}" for name, count in result.events_per_sample.items())
        print(f"  spikes or non-zero activations per sample: {events}")
        peaks = ", ".join(f"{name} {peak:.4g}" for name, peak in result.peaks.items())
        print(f"  largest sum or potential: {peaks}", flush=True)
        if quantised:
            _print_integers(chip)
            if classes_file:
                np.savetxt(classes_file, result.classes, fmt="%d")


def _print_integers(chip):
    for population in chip.populations:
        weight, bias = population.projection.weight, population.projection.bias
        line = (f"  {population.name}: {len(np.unique(weight))} weights in [{weight.min()}, {weight.max()}], "
                f"biases in [{bias.min()}, {bias.max()}]")
        if population.is_graded:
            line += f", shift {population.shift}"
        elif population.threshold is not None:
            line += f", threshold {population.threshold}"
        print(line)
