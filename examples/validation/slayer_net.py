#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Networks that slayerPytorch publishes as lists of weights, as .net files for Cortile.

    ./slayer_net.py SLAYER_FOLDER

writes loihi1_neuron.net and loihi1.net with their spikes and recordings, slayer_nmnist.net and
slayer_gesture.net. Needs NumPy and h5py.
"""
import pathlib
import sys

import h5py
import numpy as np

if len(sys.argv) != 2 or not pathlib.Path(sys.argv[1]).is_dir():
    sys.exit(__doc__)
ROOT = pathlib.Path(sys.argv[1])
RECORDED = ROOT / "test/test_files/Loihi"


def write_net(name, layers):
    """Writes layers in their order: each a type and its fields, with a threshold if it has neurons."""
    with h5py.File(name, "w") as file:
        for number, (kind, fields) in enumerate(layers):
            layer = file.create_group(f"layer/{number}")
            layer["type"] = kind.encode()
            for key, value in fields.items():
                if key not in ("threshold", "refractory"):
                    layer[key] = value
            if "threshold" in fields:
                neuron = layer.create_group("neuron")
                neuron["type"] = b"LOIHI"
                neuron["iDecay"], neuron["vDecay"] = 1024, 128
                neuron["vThMant"], neuron["wgtExp"] = fields["threshold"], 0
                neuron["refDelay"] = fields.get("refractory", 1)


def dense(weight, threshold=80, **more):
    return "dense", dict(weight=weight, threshold=threshold, **more)


def convolution(weight, padding):
    return "conv", dict(weight=weight, stride=[1, 1], padding=[padding] * 2, groups=1, threshold=80)


def pooling(channels, size):
    """Each weight of SLAYER's sum pooling is 28."""
    return "conv", dict(weight=np.full((channels, 1, size, size), 28), stride=[size, size],
                        padding=[0, 0], groups=channels, threshold=80)


def weights(folder, name, *shape):
    return np.loadtxt(ROOT / "exampleLoihi" / folder / "TrainedFull" / f"{name}.txt").reshape(shape)


def raster(timesteps, neurons, when, which):
    spikes = np.zeros((timesteps, neurons), np.uint8)
    shown = when < timesteps
    spikes[when[shown], which[shown]] = 1
    return spikes


def loihi1():
    write_net("loihi1_neuron.net", [dense([[2]], threshold=5, refractory=5)])
    write_net("loihi1_neuron_below.net", [dense([[2]], threshold=10, refractory=5)])
    pathlib.Path("loihi1_neuron.csv").write_text("timestep,neuron\n0,0\n")
    for number, line in enumerate((RECORDED / "LoihiData/LoihiVth05.txt").read_text().split("\n")):
        if line:
            pathlib.Path(f"loihi1_neuron_{number}.txt").write_text(line)
    # The weights of the chip are even.
    learned = [2 * np.round(2 * np.loadtxt(RECORDED / f"snnData/w{n}learned.txt", ndmin=2))
               for n in (1, 2)]
    write_net("loihi1.net", [dense(weight) for weight in learned])
    # Times are in units of 0.1 ms, neurons count from 1; the chip was given them 49 timesteps later.
    given = np.loadtxt(RECORDED / "snnData/spikeIn.txt")
    when = np.rint(given[:, 0] / 0.1 + 49).astype(int)
    np.save("loihi1_in.npy", raster(500, 250, when, np.rint(given[:, 1] - 1).astype(int)))
    for name, neurons in (("Hidden", 25), ("Output", 1)):
        recorded = np.loadtxt(RECORDED / f"LoihiData/loihi{name}Spikes.txt").astype(int)
        np.save(f"loihi1_{name.lower()}.npy",
                raster(500, neurons, recorded[:, 1], recorded[:, 0]))


def nmnist():
    folder = "02_NMNIST"
    write_net("slayer_nmnist.net", [dense(weights(folder, "NMNISTFc1", 512, 2312)),
                                    dense(weights(folder, "NMNISTFc2", 10, 512))])


def gesture():
    folder = "03_IBMGesture"
    write_net("slayer_gesture.net", [
        ("input", dict(shape=[2, 128, 128])),
        pooling(2, 4),
        convolution(weights(folder, "conv1", 16, 2, 5, 5), padding=2),
        pooling(16, 2),
        convolution(weights(folder, "conv2", 32, 16, 3, 3), padding=1),
        pooling(32, 2),
        ("flatten", {}),
        dense(weights(folder, "fc1", 512, 2048)),
        dense(weights(folder, "fc2", 11, 512))])


loihi1()
nmnist()
gesture()
