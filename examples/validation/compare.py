#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares a probe of a run with a published trace or raster, step by step.

    compare.py RESULTS POPULATION:QUANTITY PUBLISHED [--behind N] [--column N] [--scale X]

PUBLISHED is a CSV file with a row per step, or an .npy file (steps, neurons). A population that is N
layers behind the input shows step t in timestep t + N. Needs h5dump (Debian: hdf5-tools).
"""

import argparse
import array
import ast
import pathlib
import subprocess
import sys
import tempfile

NPY_CODES = {"<f4": "f", "<f8": "d", "<i8": "q", "<i4": "i", "|u1": "B", "|b1": "B"}


def read_probe(results, population, quantity):
    """The rows of a probe, a list of numbers each."""
    file = pathlib.Path(results) / "probes.h5"
    dataset = f"/{population}/{quantity}"
    try:
        header = subprocess.run(["h5dump", "-H", "-d", dataset, file], capture_output=True,
                                text=True, check=True).stdout
    except FileNotFoundError:
        sys.exit("h5dump is missing: apt install hdf5-tools")
    except subprocess.CalledProcessError:
        sys.exit(f"{file} has no probe {population}:{quantity}: run with "
                 f"--probe {population}:{quantity}")
    neurons = int(header.split("SIMPLE {")[1].split(")")[0].split(",")[1])
    code = "d" if "F64LE" in header else "B" if "U8LE" in header else "i"
    with tempfile.NamedTemporaryFile() as raw:
        subprocess.run(["h5dump", "-b", "LE", "-d", dataset, "-o", raw.name, file], check=True,
                       stdout=subprocess.DEVNULL)
        values = array.array(code, pathlib.Path(raw.name).read_bytes())
    return [values[i : i + neurons] for i in range(0, len(values), neurons)]


def read_published(file, column):
    """The rows of a CSV or .npy file; with `column` (from 1) only that one."""
    try:
        data = pathlib.Path(file).read_bytes()
    except OSError as error:
        sys.exit(f"{file}: {error.strerror}")
    if data.startswith(b"\x93NUMPY"):
        end = 10 + int.from_bytes(data[8:10], "little")
        header = ast.literal_eval(data[10:end].decode())
        values = array.array(NPY_CODES[header["descr"]], data[end:])
        neurons = header["shape"][1]
        rows = [values[i : i + neurons] for i in range(0, len(values), neurons)]
    else:
        rows = [[float(x) for x in line.split(",")] for line in data.decode().split()]
    return [[row[column - 1]] for row in rows] if column else rows


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results")
    parser.add_argument("probe")
    parser.add_argument("published")
    parser.add_argument("--behind", type=int, default=0, help="layers behind the input")
    parser.add_argument("--column", type=int, default=0, help="of a CSV file, from 1")
    parser.add_argument("--scale", type=float, default=1, help="factor on the published numbers")
    options = parser.parse_args()
    population, quantity = options.probe.rsplit(":", 1)
    rows = read_probe(options.results, population, quantity)[options.behind :]
    published = read_published(options.published, options.column)
    if len(rows) > len(published):
        rows = rows[: len(published)]
    elif len(rows) < len(published):
        sys.exit(f"{len(rows)} timesteps after the first {options.behind}, "
                 f"{len(published)} published steps")
    differences = [abs(a - b * options.scale) for row, other in zip(rows, published, strict=True)
                   for a, b in zip(row, other, strict=True)]
    differ = sum(d != 0 for d in differences)
    print(f"{len(differences)} values: {differ} differ, by {max(differences):.3g} at most")
    if len(rows[0]) == 1 and quantity == "spikes":
        print("spikes in steps", *[t for t, row in enumerate(rows) if row[0]])


main()
