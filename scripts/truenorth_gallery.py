#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws docs/pictures/truenorth_gallery.svg: what one neuron of TrueNorth can do.

    scripts/truenorth_gallery.py build/release

Runs the gallery tests of the build folder (each in a process of its own, as they elaborate
SystemC), which record membrane and spikes through probes, and draws their traces.
"""

import csv
import os
import pathlib
import subprocess
import sys
import tempfile

COLUMNS = 4
WIDTH, HEIGHT, GAP, TITLE = 250, 150, 16, 18
INK, SPIKE, INPUT, GRID = "#1f2933", "#c2410c", "#2563eb", "#d8dee6"


def record(build, folder):
    program = build / "testbench/system/system_truenorth"
    listing = subprocess.run([program, "--gtest_list_tests", "--gtest_filter=*TrueNorthGallery*"],
                             check=True, capture_output=True, text=True).stdout
    names = [line.split()[0].rsplit("/", 1)[1] for line in listing.splitlines()
             if line.startswith("  ")]
    environment = dict(os.environ, CORTILE_GALLERY=str(folder))
    for name in names:
        subprocess.run([program, f"--gtest_filter=*TrueNorthGallery*/{name}"], check=True,
                       stdout=subprocess.DEVNULL, env=environment)
    return names


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return ([float(row["input"]) for row in rows], [float(row["v"]) for row in rows],
            [i for i, row in enumerate(rows) if row["spike"] == "1"])


def polyline(values, x0, y0, width, height, colour, steps):
    """`values` over the width of a box, their range over its height; in steps, or straight."""
    low, high = min(values + [0.0]), max(values + [1.0])
    points = []
    for i, value in enumerate(values):
        y = y0 + height - (value - low) / (high - low) * height
        x = x0 + i * width / len(values)
        if steps and points:
            points.append((x, points[-1][1]))
        points.append((x, y))
    text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{text}" fill="none" stroke="{colour}" stroke-width="1.2"/>'


def panel(name, trace, x, y):
    inputs, membrane, spikes = trace
    parts = [f'<text x="{x}" y="{y + 12}" font-size="12" fill="{INK}">'
             f'{name.replace("_", " ")}</text>',
             f'<rect x="{x}" y="{y + TITLE}" width="{WIDTH}" height="{HEIGHT - TITLE}" '
             f'fill="none" stroke="{GRID}"/>']
    top = y + TITLE + 4
    for t in spikes:
        at = x + (t + 0.5) * WIDTH / len(membrane)
        parts.append(f'<line x1="{at:.1f}" y1="{top}" x2="{at:.1f}" y2="{top + 22}" '
                     f'stroke="{SPIKE}" stroke-width="1.6"/>')
    parts.append(polyline(membrane, x, top + 28, WIDTH, 62, INK, False))
    parts.append(polyline(inputs, x, top + 98, WIDTH, 22, INPUT, True))
    return "\n".join(parts)


def draw(names, traces):
    rows = (len(names) + COLUMNS - 1) // COLUMNS
    width = COLUMNS * (WIDTH + GAP) + GAP
    height = rows * (HEIGHT + GAP) + GAP + 20
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
             f'width="{width}" height="{height}" font-family="sans-serif">',
             '<title>Behaviours of one TrueNorth neuron</title>',
             f'<rect width="{width}" height="{height}" fill="white"/>']
    for i, (name, trace) in enumerate(zip(names, traces)):
        parts.append(panel(name, trace, GAP + i % COLUMNS * (WIDTH + GAP),
                           GAP + i // COLUMNS * (HEIGHT + GAP)))
    parts.append(f'<text x="{GAP}" y="{height - 10}" font-size="12" fill="{INK}">200 ticks of 1 ms '
                 f'each. <tspan fill="{SPIKE}">Spikes</tspan>, membrane, '
                 f'<tspan fill="{INPUT}">weighted input spikes</tspan>; each panel has its own '
                 'scale.</text>')
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    root = pathlib.Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as folder:
        names = record(pathlib.Path(sys.argv[1]).resolve(), folder)
        traces = [read(pathlib.Path(folder) / f"{name}.csv") for name in names]
    picture = root / "docs/pictures/truenorth_gallery.svg"
    picture.write_text(draw(names, traces), encoding="utf-8")
    print(picture.relative_to(root))


if __name__ == "__main__":
    main()
