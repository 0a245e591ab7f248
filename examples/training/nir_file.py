# SPDX-License-Identifier: Apache-2.0
"""Reads chains of nodes as NIR files (HDF5), writes chains and graphs, without the NIR package."""

from dataclasses import dataclass

import h5py
import numpy as np

_FILE_VERSION = "1.0"
_ACTIVATION = "metadata/cortile/activation"
_TEXT = h5py.string_dtype("utf-8")


@dataclass
class Input:
    shape: tuple

    def fields(self):
        return {"shape": np.array(self.shape, dtype=np.int64)}


class Output(Input):
    pass


@dataclass
class Flatten:
    """Flattens a whole sample; the dimensions of a NIR file do not count the batch."""

    input_shape: tuple

    def fields(self):
        return {"input_type": np.array(self.input_shape, dtype=np.int64),
                "start_dim": np.int64(0), "end_dim": np.int64(-1)}


@dataclass
class Linear:
    weight: np.ndarray

    def fields(self):
        return {"weight": self.weight.astype(np.float32)}


@dataclass
class Affine:
    weight: np.ndarray
    bias: np.ndarray

    def fields(self):
        return {"weight": self.weight.astype(np.float32), "bias": self.bias.astype(np.float32)}


@dataclass
class Conv2d:
    weight: np.ndarray
    input_size: tuple
    stride: int
    padding: int
    groups: int = 1
    bias: np.ndarray = None

    def fields(self):
        bias = np.zeros(self.weight.shape[0]) if self.bias is None else self.bias
        return {"input_shape": np.array(self.input_size, dtype=np.int64),
                "weight": self.weight.astype(np.float32),
                "stride": np.array([self.stride] * 2, dtype=np.int64),
                "padding": np.array([self.padding] * 2, dtype=np.int64),
                "dilation": np.array([1, 1], dtype=np.int64),
                "groups": np.int64(self.groups),
                "bias": bias.astype(np.float32)}


@dataclass
class Lif:
    shape: tuple
    tau: float
    r: float
    v_leak: float
    v_threshold: float
    v_reset: float

    def fields(self):
        return {name: np.full(self.shape, getattr(self, name), dtype=np.float32)
                for name in ("tau", "r", "v_leak", "v_threshold", "v_reset")}


@dataclass
class IntegrateAndFire:
    """Without leak. With an activation, the node stands for neurons which pass on a graded value instead of spikes."""

    shape: tuple
    r: float
    v_threshold: float
    activation: str = None

    def fields(self):
        return {"r": np.full(self.shape, self.r, dtype=np.float32),
                "v_threshold": np.full(self.shape, self.v_threshold, dtype=np.float32),
                "v_reset": np.zeros(self.shape, dtype=np.float32)}

    def metadata(self):
        return {"cortile/activation": self.activation} if self.activation else {}


@dataclass
class Integrator:
    shape: tuple
    r: float

    def fields(self):
        return {"r": np.full(self.shape, self.r, dtype=np.float32)}


@dataclass
class WholeLinear:
    """Weights that are stored as they are; the sum of those that spiked is shifted left by `exponent`."""

    weight: np.ndarray
    exponent: int = 0

    def fields(self):
        return {"weight": self.weight.astype(np.float32)}

    def metadata(self):
        return {"loihi/weight_exponent": self.exponent}


@dataclass
class LoihiNeurons:
    """CUBA LIF neurons by their registers (docs/reference/loihi_arithmetic.md), each a number or one per neuron."""

    shape: tuple
    du: int
    dv: int
    threshold: int
    bias: object = 0
    bias_exponent: int = 0
    refractory: int = 1

    def fields(self):
        names = ("tau_syn", "tau_mem", "r", "v_leak", "v_threshold", "v_reset")
        return {name: np.full(self.shape, name not in ("v_leak", "v_reset"), dtype=np.float32) for name in names}

    def metadata(self):
        return {"loihi/du": self.du, "loihi/dv": self.dv, "loihi/vth_mantissa": self.threshold,
                "loihi/bias_mantissa": self.bias, "loihi/bias_exponent": self.bias_exponent,
                "loihi/refractory": self.refractory}


@dataclass
class Delay:
    seconds: np.ndarray

    def fields(self):
        return {"delay": self.seconds.astype(np.float64)}


_TYPE_NAMES = {Input: "Input", Output: "Output", Flatten: "Flatten", Linear: "Linear", Affine: "Affine",
               Conv2d: "Conv2d", Lif: "LIF", IntegrateAndFire: "IF", Integrator: "I",
               WholeLinear: "Linear", LoihiNeurons: "CubaLIF", Delay: "Delay"}


def write_chain(path, nodes):
    """Write an ordered list of (name, node), each feeding the next."""
    names = [name for name, _ in nodes]
    write_graph(path, nodes, list(zip(names, names[1:])))


def write_graph(path, nodes, edges):
    """Write a list of (name, node) and one of edges, (name, name) each."""
    with h5py.File(path, "w") as file:
        file.create_dataset("version", data=_FILE_VERSION, dtype=_TEXT)
        root = file.create_group("node")
        root.create_dataset("type", data="NIRGraph", dtype=_TEXT)
        root.create_dataset("edges", data=np.array(edges, dtype=object), dtype=_TEXT)
        for name, node in nodes:
            group = root.create_group(f"nodes/{name}")
            group.create_dataset("type", data=_TYPE_NAMES[type(node)], dtype=_TEXT)
            for field, value in node.fields().items():
                _write_field(group, field, value)
            for key, value in getattr(node, "metadata", dict)().items():
                kind = {"dtype": _TEXT} if isinstance(value, str) else {}
                group.create_dataset(f"metadata/{key}", data=value, **kind)


def _write_field(group, field, value):
    if isinstance(value, np.ndarray):
        group.create_dataset(field, data=value, chunks=value.shape, compression="gzip")
    else:
        group.create_dataset(field, data=value)


def read_chain(path):
    """Return the ordered list of (name, type, fields) of a file whose graph is a single chain.

    A node's activation, which is metadata, is the field "metadata/cortile/activation".
    """
    with h5py.File(path, "r") as file:
        root = file["node"]
        successor = {source.decode(): target.decode() for source, target in root["edges"][()]}
        types = {name: group["type"][()].decode() for name, group in root["nodes"].items()}
        name = next(name for name, node_type in types.items() if node_type == "Input")
        chain = []
        while name is not None:
            group = root["nodes"][name]
            fields = {field: group[field][()] for field in group if field not in ("type", "metadata")}
            if _ACTIVATION in group:
                fields[_ACTIVATION] = group[_ACTIVATION][()].decode()
            chain.append((name, types[name], fields))
            name = successor.get(name)
    if len(chain) != len(types):
        raise ValueError(f"{path}: the graph is not a single chain")
    return chain
