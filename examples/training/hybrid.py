# SPDX-License-Identifier: Apache-2.0
"""Chains of graded (ANN) layers followed by spiking ones, for cores with 8-bit weights from a table of 32 values.

A graded layer passes on y = clamp(x / threshold, 0, 1) once. A spiking layer integrates without leak and subtracts
the threshold at each spike. The read-out sums up its input. Inside this module all thresholds are 1.
"""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from nir_file import Affine, Conv2d, Flatten, IntegrateAndFire, Input, Integrator, Output, read_chain
from spiking import TIME_STEP
from weight_table import LARGEST, fit_table

ACTIVATION_LEVELS = 127  # a graded activation p means p / 127


class GradedEncoder:
    """Presents a whole image once, as levels of 7 bits."""

    is_graded = True
    steps = 1

    def __call__(self, images):
        """Return the activations of shape (1, batch, ...)."""
        return (torch.round(images.float() * (ACTIVATION_LEVELS / 255)) / ACTIVATION_LEVELS).unsqueeze(0)


class IntegrateAndFireFunction(torch.autograd.Function):
    """All time steps of: v <- v + x, spike if v > 1, then v <- v - 1.

    The derivative of a spike with respect to v is replaced by 1 / (1 + (pi (v - 1))^2), that of the reset by zero. For
    a neuron which answers one input x with a burst, the derivative of the number of spikes is then a sum of such bells at
    x = 1, 2, ...: about 1 as long as the burst is neither empty nor cut short, like that of a clipped ReLU.
    """

    @staticmethod
    def forward(ctx, current):
        potential = torch.empty_like(current)
        spikes = torch.empty_like(current)
        v = torch.zeros_like(current[0])
        for t in range(current.shape[0]):
            torch.add(current[t], v, out=potential[t])
            torch.gt(potential[t], 1.0, out=spikes[t])
            torch.sub(potential[t], spikes[t], out=v)
        ctx.save_for_backward(potential)
        return spikes

    @staticmethod
    def backward(ctx, grad_spikes):
        potential, = ctx.saved_tensors
        grad_current = potential  # computed in place: fresh memory of this size costs as much as the arithmetic
        carried = torch.zeros_like(potential[0])
        for t in reversed(range(potential.shape[0])):
            inverse_surrogate = potential[t].sub_(1.0).square_().mul_(math.pi**2).add_(1.0)
            carried.addcdiv_(grad_spikes[t], inverse_surrogate)
            grad_current[t] = carried
        return grad_current


def straight_through(exact, rounded):
    """The rounded value with the gradient of the exact one."""
    return exact + (rounded - exact).detach()


class Layer(nn.Module):
    """A projection with bias and the population behind it, which is "graded", "spiking" or the "readout"."""

    def __init__(self, kind, weight_shape, stride=1, padding=0, groups=1, graded_input=True, gain=1.0,
                 normalise=False):
        super().__init__()
        self.kind = kind
        self.stride, self.padding, self.groups = stride, padding, groups
        self.graded_input = graded_input
        self.dense = len(weight_shape) == 2
        self.weight = nn.Parameter(torch.randn(weight_shape) * gain / math.sqrt(math.prod(weight_shape[1:])))
        self.bias = nn.Parameter(torch.zeros(weight_shape[0]))
        self.norm = None
        if normalise:
            self.norm = nn.BatchNorm2d(weight_shape[0])
            nn.init.constant_(self.norm.weight, 0.5)  # one in twenty activations then begins beyond the clip
        self.table = None

    def enable_quantisation(self, sigmas):
        """Clip the weights at about that many standard deviations and from now on use a table of 8-bit values.

        The threshold is a whole number of weight units, and a power of two in graded layers, which divide by shifting.
        """
        limit = min(sigmas * self.weight.std().item(), self.weight.abs().max().item())
        if self.kind == "graded":
            self.threshold_units = 2 ** math.floor(math.log2(LARGEST / limit))
        elif self.kind == "spiking":
            self.threshold_units = max(1, round(LARGEST / limit))
        else:
            self.threshold_units = LARGEST / limit
        self.clip_weights()
        integers = torch.round(self.weight.detach() * self.threshold_units).clamp(-LARGEST, LARGEST)
        self.table = torch.from_numpy(fit_table(integers.numpy())).float()

    def clip_weights(self):
        if self.table is not None:
            with torch.no_grad():
                self.weight.clamp_(self.table[0] / self.threshold_units, self.table[-1] / self.threshold_units)

    def integers(self):
        """The 8-bit weights and the bias in units of a product of weight and input, as floats."""
        middles = 0.5 * (self.table[1:] + self.table[:-1])
        weight = self.table[torch.bucketize(self.weight.detach() * self.threshold_units, middles)]
        bias = torch.round(self.bias.detach() * self.bias_units())
        return weight, bias

    def bias_units(self):
        return self.threshold_units * (ACTIVATION_LEVELS if self.graded_input else 1)

    def effective_parameters(self):
        if self.table is None:
            return self.weight, self.bias
        weight, bias = self.integers()
        return (straight_through(self.weight, weight / self.threshold_units),
                straight_through(self.bias, bias / self.bias_units()))

    def fold_normalisation(self):
        """Return weight and bias of the same layer without batch normalisation."""
        if self.norm is None:
            return self.weight.detach(), self.bias.detach()
        gain = self.norm.weight.detach() / torch.sqrt(self.norm.running_var + self.norm.eps)
        weight = self.weight.detach() * gain.reshape(-1, *[1] * (self.weight.dim() - 1))
        return weight, self.norm.bias.detach() - self.norm.running_mean * gain

    def project(self, batch, weight, bias):
        if self.dense:
            batch, weight = batch.flatten(1)[:, :, None, None], weight[:, :, None, None]
        # On a CPU the strided convolutions run up to twice as fast with the channels innermost.
        batch = batch.contiguous(memory_format=torch.channels_last)
        weight = weight.contiguous(memory_format=torch.channels_last)
        result = functional.conv2d(batch, weight, bias, self.stride, self.padding, groups=self.groups)
        return result if self.norm is None else self.norm(result)

    def forward(self, inputs, steps):
        """Map (steps or 1, batch, ...) to (steps, batch, ...), or (1, batch, ...) unless the population spikes."""
        weight, bias = self.effective_parameters()
        if self.kind == "graded":
            y = self.project(inputs[0], weight, None if self.norm else bias).clamp(0, 1)
            if self.table is not None:
                y = straight_through(y, torch.floor(ACTIVATION_LEVELS * y) / ACTIVATION_LEVELS)
            return y.unsqueeze(0)
        if self.kind == "readout":
            # Linear, so summing up the input first saves time; the mean keeps the logits' scale apart from steps.
            return (self.project(inputs.sum(0), weight, None).flatten(1) / steps + bias).unsqueeze(0)
        current = self.project(inputs.flatten(0, 1), weight, None).unflatten(0, inputs.shape[:2])
        if inputs.shape[0] < steps:
            current = torch.cat([current, current.new_zeros(steps - inputs.shape[0], *current.shape[1:])])
        return IntegrateAndFireFunction.apply(current + bias[:, None, None])

    def nodes(self, index, input_shape):
        """Return the NIR nodes of this layer and the shape of its population."""
        weight, bias = self.fold_normalisation()
        threshold = 1.0
        if self.table is not None:
            # Multiples of a power of two below 1, which float32 sums up without rounding.
            threshold = 1.0 if self.kind == "graded" else self.threshold_units / (LARGEST + 1)
            weight, bias = self.integers()
            weight = weight * (threshold / self.threshold_units)
            bias = bias * (threshold / self.bias_units())
        weight, bias = weight.numpy(), bias.numpy()
        if self.dense:
            shape = (weight.shape[0],)
            nodes = [(f"flatten{index}", Flatten(input_shape)), (f"fc{index}", Affine(weight, bias))]
        else:
            side = (input_shape[1] + 2 * self.padding - weight.shape[2]) // self.stride + 1
            shape = (weight.shape[0], side, side)
            nodes = [(f"conv{index}", Conv2d(weight, input_shape[1:], self.stride, self.padding, self.groups, bias))]
        r = 1 / TIME_STEP
        if self.kind == "readout":
            nodes.append(("readout", Integrator(shape, r)))
        elif self.kind == "graded":
            nodes.append((f"relu{index}", IntegrateAndFire(shape, r, threshold, activation="relu")))
        else:
            nodes.append((f"if{index}", IntegrateAndFire(shape, r, threshold)))
        return nodes, shape


class HybridNetwork(nn.Module):
    """Graded layers, spiking layers and a read-out, in this order; the spiking part runs `steps` time steps."""

    def __init__(self, input_shape, layers, steps):
        super().__init__()
        self.input_shape = input_shape
        self.layers = nn.ModuleList(layers)
        self.steps = steps

    def forward(self, inputs):
        """Return the outputs of every layer, each of shape (steps, batch, ...) or (1, batch, ...)."""
        outputs = []
        for layer in self.layers:
            inputs = layer(inputs, self.steps)
            outputs.append(inputs)
        return outputs

    def nir_nodes(self):
        """Return the network as an ordered list of (name, NIR node)."""
        shape = self.input_shape
        nodes = [("input", Input(shape))]
        for index, layer in enumerate(self.layers, start=1):
            layer_nodes, shape = layer.nodes(index, shape)
            nodes += layer_nodes
        return nodes + [("output", Output(shape))]

    def load_weights(self, path):
        """Continue from a NIR file of the same layers, which may be graded there and spiking here."""
        chain = [(node_type, fields) for _, node_type, fields in read_chain(path)]
        projections = [fields for _, fields in chain if "weight" in fields]
        neurons = [fields for node_type, fields in chain if node_type in ("IF", "I")]
        with torch.no_grad():
            for layer, projection, neuron in zip(self.layers, projections, neurons, strict=True):
                threshold = float(np.max(neuron.get("v_threshold", 1.0)))
                weight = torch.from_numpy(projection["weight"]) / threshold
                if "metadata/cortile/activation" in neuron and layer.kind == "spiking" and layer.graded_input:
                    weight *= self.steps  # the full activation becomes a spike in every step
                layer.weight.copy_(weight)
                layer.bias.copy_(torch.from_numpy(projection["bias"]) / threshold)
