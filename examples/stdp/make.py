# SPDX-License-Identifier: Apache-2.0
"""Makes network.nir and input.h5 of this example."""

import sys
from pathlib import Path

import h5py
import numpy as np

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "training"))
from nir_file import Input, LoihiNeurons, Output, WholeLinear, write_chain  # noqa: E402

INPUTS, NEURONS, TIMESTEPS = 100, 4, 20000
RATE = 0.02  # spikes per input and timestep
FIRST, LAST = 40, 60  # the correlated group
SHARE = 0.3  # correlation of any two inputs of the group


def correlated(generator):
    """Inputs of one rate; those of the group copy the spikes of a common source with probability sqrt(SHARE)."""
    spikes = generator.random((TIMESTEPS, INPUTS)) < RATE
    copy = np.sqrt(SHARE)
    source = generator.random(TIMESTEPS) < RATE
    group = slice(FIRST, LAST)
    shape = (TIMESTEPS, LAST - FIRST)
    copied = (generator.random(shape) < copy) & source[:, None]
    # What each has of its own makes up for the rate.
    own = generator.random(shape) < RATE * (1 - copy) / (1 - RATE * copy)
    spikes[:, group] = copied | own
    return spikes


def main():
    generator = np.random.default_rng(7)
    weights = generator.integers(90, 170, (NEURONS, INPUTS))
    write_chain(FOLDER / "network.nir", [
        ("input", Input((INPUTS,))), ("fc", WholeLinear(weights)),
        ("lif", LoihiNeurons((NEURONS,), du=4095, dv=410, threshold=2000)), ("output", Output((NEURONS,)))])
    with h5py.File(FOLDER / "input.h5", "w") as file:
        spikes = correlated(generator)
        file.create_dataset("spikes", data=spikes.astype(np.uint8), chunks=(1000, INPUTS), compression="gzip",
                            compression_opts=9)
    group = np.zeros(INPUTS, bool)
    group[FIRST:LAST] = True
    print(f"rates: group {spikes[:, group].mean():.4f}, others {spikes[:, ~group].mean():.4f} per timestep")


if __name__ == "__main__":
    main()
