// SPDX-License-Identifier: Apache-2.0
#include "hal/hal.h"

static bool run(struct dma_end source, struct dma_end destination, uint32_t bytes,
                uint32_t control) {
    if (bytes == 0) {
        return true;
    }
    REGISTER(DMA, DMA_SOURCE) = source.address;
    REGISTER(DMA, DMA_DESTINATION) = destination.address;
    REGISTER(DMA, DMA_BYTES) = bytes;
    REGISTER(DMA, DMA_CONTROL) = control | DMA_CONTROL_START |
                                 source.item * (DMA_CONTROL_SOURCE_ITEM & -DMA_CONTROL_SOURCE_ITEM) |
                                 destination.item * (DMA_CONTROL_DESTINATION_ITEM &
                                                     -DMA_CONTROL_DESTINATION_ITEM);
    hal_wait(INTERRUPT_DMA);
    return (REGISTER(DMA, DMA_STATUS) & DMA_STATUS_ERROR) == 0;
}

bool dma_copy(struct dma_end source, struct dma_end destination, uint32_t bytes) {
    return run(source, destination, bytes, 0);
}

bool dma_checksum(uint32_t address, uint32_t bytes, uint32_t* checksum) {
    const struct dma_end source = {address, 0}, nowhere = {0, 0};
    if (!run(source, nowhere, bytes, DMA_CONTROL_CHECK_ONLY)) {
        return false;
    }
    *checksum = bytes == 0 ? 0 : REGISTER(DMA, DMA_CRC);
    return true;
}
