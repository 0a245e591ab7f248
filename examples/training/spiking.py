# SPDX-License-Identifier: Apache-2.0
"""Spiking layers trained by surrogate gradients: threshold 1, reset to zero, no biases."""

import math

import torch
from torch import nn
from torch.nn import functional

from nir_file import Conv2d, Flatten, Input, Lif, Linear, Output, read_chain

WEIGHT_LEVELS = 127  # an 8-bit signed weight is an even integer in [-254, 254]
TIME_STEP = 1e-3  # seconds


class LifFunction(torch.autograd.Function):
    """Leaky integrate-and-fire over all time steps: v <- decay v + x, spike if v > 1, then v <- 0.

    The derivative of a spike with respect to v is replaced by 1 / (1 + (pi (v - 1))^2); the reset is taken
    as constant, which keeps the gradient through time stable.
    """

    @staticmethod
    def forward(ctx, current, decay):
        potential = torch.empty_like(current)
        spikes = torch.empty_like(current)
        v = torch.zeros_like(current[0])
        for t in range(current.shape[0]):
            torch.add(current[t], v, alpha=decay, out=potential[t])
            torch.gt(potential[t], 1.0, out=spikes[t])
            torch.addcmul(potential[t], potential[t], spikes[t], value=-1.0, out=v)
        ctx.decay = decay
        ctx.save_for_backward(potential, spikes)
        return spikes

    @staticmethod
    def backward(ctx, grad_spikes):
        potential, spikes = ctx.saved_tensors
        grad_current = potential  # computed in place: fresh memory of this size costs as much as the arithmetic
        carried = torch.zeros_like(potential[0])
        for t in reversed(range(potential.shape[0])):
            inverse_surrogate = potential[t].sub_(1.0).square_().mul_(math.pi**2).add_(1.0)
            carried.addcmul_(carried, spikes[t], value=-1.0).mul_(ctx.decay)
            torch.addcdiv(carried, grad_spikes[t], inverse_surrogate, out=grad_current[t])
            carried.copy_(grad_current[t])
        return grad_current, None


class SpikingLayer(nn.Module):
    """A bias-free projection followed by a population of LIF neurons."""

    def __init__(self, weight_shape, gain, tau_steps):
        super().__init__()
        fan_in = math.prod(weight_shape[1:])
        self.weight = nn.Parameter(torch.randn(weight_shape) * gain / math.sqrt(fan_in))
        self.tau_steps = tau_steps
        self.weight_limit = None

    def enable_quantisation(self, sigmas):
        """Clip the weights at about that many standard deviations and from now on use 8-bit values.

        The limit is chosen such that the threshold is an odd multiple of the integer unit; weights are even
        multiples of it, so a membrane potential never equals the threshold by coincidence.
        """
        limit = min(sigmas * self.weight.std().item(), self.weight.abs().max().item())
        threshold_units = 2 * round((2 * WEIGHT_LEVELS / limit - 1) / 2) + 1
        self.weight_limit = 2 * WEIGHT_LEVELS / threshold_units
        self.clip_weights()

    def clip_weights(self):
        if self.weight_limit is not None:
            with torch.no_grad():
                self.weight.clamp_(-self.weight_limit, self.weight_limit)

    def effective_weight(self):
        """The weight, rounded to 8 bits when quantised; the rounding is transparent to the gradient."""
        if self.weight_limit is None:
            return self.weight
        step = self.weight_limit / WEIGHT_LEVELS
        rounded = torch.round(self.weight.detach() / step) * step
        return self.weight + (rounded - self.weight.detach())

    def forward(self, spikes):
        current = self.project(spikes.flatten(0, 1))
        return LifFunction.apply(current.unflatten(0, spikes.shape[:2]), 1.0 - 1.0 / self.tau_steps)

    def lif_node(self, shape):
        tau = self.tau_steps * TIME_STEP
        return Lif(shape=shape, tau=tau, r=float(self.tau_steps), v_leak=0.0, v_threshold=1.0, v_reset=0.0)


class DenseLayer(SpikingLayer):
    def __init__(self, inputs, outputs, gain, tau_steps):
        super().__init__((outputs, inputs), gain, tau_steps)

    def project(self, batch):
        return dense(batch, self.effective_weight())

    def nodes(self, index, input_shape):
        """Return the NIR nodes of this layer and the shape of its population."""
        shape = (self.weight.shape[0],)
        nodes = []
        if len(input_shape) > 1:
            nodes.append((f"flatten{index}", Flatten(input_shape)))
        nodes.append((f"fc{index}", Linear(self.effective_weight().detach().numpy())))
        nodes.append((f"lif{index}", self.lif_node(shape)))
        return nodes, shape


class ConvLayer(SpikingLayer):
    def __init__(self, inputs, outputs, kernel, stride, padding, gain, tau_steps):
        super().__init__((outputs, inputs, kernel, kernel), gain, tau_steps)
        self.stride = stride
        self.padding = padding

    def project(self, batch):
        # On a CPU the strided convolutions run up to twice as fast with the channels innermost.
        batch = batch.contiguous(memory_format=torch.channels_last)
        weight = self.effective_weight().contiguous(memory_format=torch.channels_last)
        return functional.conv2d(batch, weight, stride=self.stride, padding=self.padding)

    def nodes(self, index, input_shape):
        """Return the NIR nodes of this layer and the shape of its population."""
        outputs, _, kernel, _ = self.weight.shape
        side = (input_shape[1] + 2 * self.padding - kernel) // self.stride + 1
        shape = (outputs, side, side)
        conv = Conv2d(self.effective_weight().detach().numpy(), input_shape[1:], self.stride, self.padding)
        return [(f"conv{index}", conv), (f"lif{index}", self.lif_node(shape))], shape


def dense(batch, weight):
    """Matrix product as a 1x1 convolution: oneDNN's convolution is fast even where the BLAS is not."""
    return functional.conv2d(batch.flatten(1)[:, :, None, None], weight[:, :, None, None]).flatten(1)


class SpikingNetwork(nn.Module):
    """A feed-forward chain of spiking layers."""

    def __init__(self, input_shape, layers):
        super().__init__()
        self.input_shape = input_shape
        self.layers = nn.ModuleList(layers)

    def forward(self, spikes):
        """Return the spikes of every layer, each of shape (steps, batch, ...)."""
        outputs = []
        for layer in self.layers:
            spikes = layer(spikes)
            outputs.append(spikes)
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
        """Continue from the weights of a NIR file written for the same layers."""
        weights = [fields["weight"] for _, _, fields in read_chain(path) if "weight" in fields]
        with torch.no_grad():
            for layer, weight in zip(self.layers, weights, strict=True):
                layer.weight.copy_(torch.from_numpy(weight))
