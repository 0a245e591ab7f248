#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ticks per second and memory of the whole TrueNorth chip: truenorth_chip.yaml beside this file.

    python3 testbench/bench/truenorth_chip.py build/release/app/cortile [--threads N] [--ticks N]

Speed is the slope between a short and a long run, so that loading does not count: ticks per second
of wall-clock time, and per second of CPU time, which other programs on the machine disturb less.
"""

import argparse
import json
import pathlib
import resource
import subprocess
import tempfile


SHORT = 5


def run(arguments, rate, ticks):
    """The summary of one run, its wall-clock and its CPU seconds."""
    experiment = pathlib.Path(__file__).with_name("truenorth_chip.yaml")
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([arguments.program, "run", experiment, "--out", out, "--threads",
                        str(arguments.threads), "--set", f"stimulus.timesteps={ticks}", "--set",
                        f"network.generate.firing_rate={rate * 1e-3:.6g}"],
                       check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return summary, summary["wall_seconds"]["run"], cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--ticks", type=int, default=200)
    parser.add_argument("--rates", type=float, nargs="+", default=[11.58, 20.07, 95.93],
                        help="Hz")
    arguments = parser.parse_args()
    print(f"{'Hz':>7}{'mW':>8}{'load s':>8}{'ticks/s':>9}{'ticks/CPU s':>13}"
          f"{'M events/CPU s':>16}{'peak MB':>9}")
    for rate in arguments.rates:
        _, short_wall, short_cpu = run(arguments, rate, SHORT)
        summary, wall, cpu = run(arguments, rate, SHORT + arguments.ticks)
        seconds = summary["modelled_seconds"]
        hertz = summary["neuron_spikes"] / (summary["neurons"] * seconds)
        events = summary["synaptic_operations"] / (SHORT + arguments.ticks)
        per_cpu = arguments.ticks / (cpu - short_cpu)
        print(f"{hertz:7.2f}{summary['average_power_watts']['total'] * 1e3:8.2f}"
              f"{summary['wall_seconds']['load']:8.1f}"
              f"{arguments.ticks / (wall - short_wall):9.1f}{per_cpu:13.1f}"
              f"{per_cpu * events / 1e6:16.0f}{summary['peak_rss_bytes'] / 1e6:9.0f}")


if __name__ == "__main__":
    main()
