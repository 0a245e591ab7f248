# SPDX-License-Identifier: Apache-2.0
"""Makes network.nir, trials.h5 and labels.txt of this example."""

import sys
from pathlib import Path

import h5py
import numpy as np

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "training"))
from nir_file import Delay, Input, LoihiNeurons, Output, WholeLinear, write_graph  # noqa: E402

CUES, PER_CUE, ACTIONS, NOISE = 4, 6, 2, 10
TRIALS, SHOWN, TIMESTEPS = 600, 20, 45
REVERSAL = 300  # from this trial on each cue asks for the other action
DELAY = 15e-3  # from an action to its judgement


def network():
    # Of the four judges one is active for each pair of action (outer) and right answer (inner).
    of_action = np.repeat(np.eye(ACTIONS), ACTIONS, axis=0)
    of_answer = np.tile(np.eye(ACTIONS), (ACTIONS, 1))
    right = (of_action * of_answer).sum(1)
    nodes = [
        ("cue", Input((CUES * PER_CUE,))),
        ("answer", Input((ACTIONS,))),
        ("noise", Input((ACTIONS * NOISE,))),
        ("fc", WholeLinear(np.full((ACTIONS, CUES * PER_CUE), 100))),
        ("jitter", WholeLinear(100 * np.repeat(np.eye(ACTIONS), NOISE, axis=1))),
        ("rival", WholeLinear(-200 * (1 - np.eye(ACTIONS)), exponent=3)),
        ("action", LoihiNeurons((ACTIONS,), du=4095, dv=410, threshold=700)),
        ("wait", Delay(np.full(ACTIONS, DELAY))),
        ("acted", WholeLinear(100 * of_action)),
        ("answered", WholeLinear(100 * of_answer)),
        ("judge", LoihiNeurons((ACTIONS**2,), du=4095, dv=4095, threshold=150)),
        ("reward", WholeLinear(np.tile(40 * right, (ACTIONS, 1)))),
        ("punishment", WholeLinear(np.tile(40 * (1 - right), (ACTIONS, 1)))),
        ("output", Output((ACTIONS,))),
    ]
    edges = []
    for path in ("cue fc action", "noise jitter action", "action rival action", "action wait acted judge",
                 "answer answered judge", "judge reward action", "judge punishment action", "action output"):
        names = path.split()
        edges += zip(names, names[1:])
    write_graph(FOLDER / "network.nir", nodes, edges)


def trials(generator):
    cues = generator.integers(0, CUES, TRIALS)
    labels = (cues >= CUES // 2).astype(int)
    labels[REVERSAL:] = 1 - labels[REVERSAL:]
    shown = np.arange(TIMESTEPS) < SHOWN
    cue = (np.repeat(np.eye(CUES), PER_CUE, axis=1)[cues])[:, None, :] * shown[None, :, None]
    cue = generator.random(cue.shape) < 0.25 * cue
    answer = np.broadcast_to(np.eye(ACTIONS)[labels][:, None, :], (TRIALS, TIMESTEPS, ACTIONS))
    noise = generator.random((TRIALS, TIMESTEPS, ACTIONS * NOISE)) < 0.1 * shown[None, :, None]
    # Input populations follow one another in the order of their names.
    spikes = np.concatenate([answer, cue, noise], axis=2).astype(np.uint8)
    with h5py.File(FOLDER / "trials.h5", "w") as file:
        file.create_dataset("spikes", data=spikes, chunks=(50,) + spikes.shape[1:], compression="gzip",
                            compression_opts=9)
    (FOLDER / "labels.txt").write_text("".join(f"{label}\n" for label in labels))


if __name__ == "__main__":
    network()
    trials(np.random.default_rng(3))
