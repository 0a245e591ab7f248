# SPDX-License-Identifier: Apache-2.0
"""Fashion-MNIST images from idx files, and the deterministic rate encoder."""

import gzip
import math
import struct
from pathlib import Path

import numpy as np
import torch

_IDX_UNSIGNED_BYTE = 0x08


def read_idx(path):
    """Return the contents of a gzip-compressed idx file of unsigned bytes."""
    with gzip.open(path, "rb") as file:
        zero, element_type, rank = struct.unpack(">HBB", file.read(4))
        if zero != 0 or element_type != _IDX_UNSIGNED_BYTE:
            raise ValueError(f"{path}: not an idx file of unsigned bytes")
        shape = struct.unpack(f">{rank}I", file.read(4 * rank))
        return np.frombuffer(file.read(), dtype=np.uint8).reshape(shape)


def load_images(directory, subset):
    """Return (images, labels) of the subset "train" or "t10k"; images are bytes of shape (N, 1, 28, 28)."""
    directory = Path(directory)
    images = read_idx(directory / f"{subset}-images-idx3-ubyte.gz")
    labels = read_idx(directory / f"{subset}-labels-idx1-ubyte.gz")
    return torch.from_numpy(images.copy()).unsqueeze(1), torch.from_numpy(labels.astype(np.int64))


class RateEncoder:
    """Turns a pixel x into the spike train floor(p(t+1) + 1/2) > floor(pt + 1/2) with p = max_rate x / 255."""

    is_graded = False

    def __init__(self, steps, max_rate):
        self.steps = steps
        self.table = torch.zeros(256, steps)
        for pixel in range(256):
            p = max_rate * pixel / 255
            for t in range(steps):
                self.table[pixel, t] = math.floor(p * (t + 1) + 0.5) > math.floor(p * t + 0.5)

    def __call__(self, images):
        """Return the spikes of shape (steps, batch, ...)."""
        indices = images.reshape(-1).long()
        by_step = self.table.t().contiguous()
        return by_step.index_select(1, indices).reshape(self.steps, *images.shape)


def augment(images, generator, max_shift):
    """Mirror each image with probability 1/2 and shift it by up to max_shift pixels in both directions."""
    count, _, height, width = images.shape
    mirrored = torch.rand(count, generator=generator) < 0.5
    images = torch.where(mirrored[:, None, None, None], images.flip(3), images)
    if max_shift == 0:
        return images
    padded = torch.nn.functional.pad(images, (max_shift,) * 4)
    shift = torch.randint(0, 2 * max_shift + 1, (2, count), generator=generator)
    rows = shift[0][:, None] + torch.arange(height)
    columns = shift[1][:, None] + torch.arange(width)
    sample = torch.arange(count)[:, None, None]
    return padded[sample, 0, rows[:, :, None], columns[:, None, :]].unsqueeze(1)
