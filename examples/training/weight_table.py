# SPDX-License-Identifier: Apache-2.0
"""Weights of a core which stores few distinct values: signed 8-bit integers out of a short table."""

import numpy as np

LARGEST = 127
TABLE_SIZE = 32


def fit_table(weights, size=TABLE_SIZE):
    """Return at most `size` ascending integers with a small mean squared distance to the integer `weights`.

    The smallest and the largest weight and zero belong to the table: the extremes carry the scale, and a synapse
    which does not exist weighs zero. Lloyd's iteration finds the others.
    """
    values, counts = np.unique(np.asarray(weights).astype(np.int64), return_counts=True)
    if len(np.union1d(values, [0])) <= size:
        return np.union1d(values, [0])
    fixed = np.unique([values[0], 0, values[-1]])
    # A table spaced like the quantiles alone has too few entries for the rare large weights.
    share = np.linspace(0, 1, size)
    quantiles = np.interp(share, (np.cumsum(counts) - 0.5 * counts) / counts.sum(), values)
    table = 0.5 * (quantiles + np.linspace(values[0], values[-1], size))
    for _ in range(100):
        table = _pinned(table, fixed)
        owner = nearest(values, table)
        total = np.bincount(owner, counts, size)
        mean = np.bincount(owner, counts * values, size) / np.maximum(total, 1)
        moved = np.where(total > 0, mean, table)
        if np.abs(moved - table).max() < 1e-3:
            break
        table = moved
    return np.unique(np.round(_pinned(table, fixed)).astype(np.int64))


def _pinned(table, fixed):
    """Replace the entry next to each fixed value by it."""
    table = np.sort(table)
    for value in fixed:
        table[np.argmin(np.abs(table - value))] = value
    return table


def nearest(weights, table):
    """Return the index of the table's entry next to each weight; the lower one halfway between two."""
    middles = 0.5 * (table[1:] + table[:-1])
    return np.searchsorted(middles, weights)
