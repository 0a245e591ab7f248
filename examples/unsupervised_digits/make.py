# SPDX-License-Identifier: Apache-2.0
"""Makes network.nir, and from the digits of scikit-learn images.gz and labels.gz, of this example.

    make.py                 only the network
    make.py digits.csv.gz   all; the file is in the Debian package python3-sklearn, sklearn/datasets/data
"""

import gzip
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "training"))
from nir_file import Input, LoihiNeurons, Output, WholeLinear, write_graph  # noqa: E402

PIXELS, NEURONS = 64, 100


def network(generator):
    nodes = [
        ("input", Input((PIXELS,))),
        ("fc", WholeLinear(generator.integers(20, 140, (NEURONS, PIXELS)))),
        ("digit", LoihiNeurons((NEURONS,), du=4095, dv=40, threshold=16000)),
        ("rival", WholeLinear(-250 * (1 - np.eye(NEURONS)), exponent=5)),
        # Spikes in every timestep, by its bias; nothing leads to it but the zeros that make it part of the graph.
        ("unused", WholeLinear(np.zeros((1, PIXELS)))),
        ("clock", LoihiNeurons((1,), du=4095, dv=4095, threshold=1, bias=128)),
        ("tiredness", WholeLinear(np.full((NEURONS, 1), -60), exponent=2)),
        ("output", Output((NEURONS,))),
    ]
    edges = []
    for path in ("input fc digit", "digit rival digit", "input unused clock", "clock tiredness digit",
                 "digit output"):
        names = path.split()
        edges += zip(names, names[1:])
    write_graph(FOLDER / "network.nir", nodes, edges)


def images(csv):
    table = np.loadtxt(csv, delimiter=",", dtype=int)
    pixels, labels = table[:, :PIXELS], table[:, PIXELS]
    head = np.array([0x803, len(table), 8, 8], dtype=">u4").tobytes()
    write(FOLDER / "images.gz", head + (pixels * 255 // 16).astype(np.uint8).tobytes())
    head = np.array([0x801, len(table)], dtype=">u4").tobytes()
    write(FOLDER / "labels.gz", head + labels.astype(np.uint8).tobytes())


def write(path, data):
    path.write_bytes(gzip.compress(data, mtime=0))


if __name__ == "__main__":
    network(np.random.default_rng(5))
    if len(sys.argv) > 1:
        images(sys.argv[1])
