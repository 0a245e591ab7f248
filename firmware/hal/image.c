// SPDX-License-Identifier: Apache-2.0
// Loading a network image into the chip.
#include "hal/hal.h"

enum part_kind { PART_CORE = 0, PART_EDGE = 1 };

struct image_part {
    uint32_t kind, core, offset, bytes;
};

const struct image_header* image_header(void) {
    return (const struct image_header*)IMAGE_BASE;
}

static const struct image_part* image_parts(void) {
    return (const struct image_part*)(image_header() + 1);
}

const struct image_output* image_outputs(void) {
    return (const struct image_output*)(image_parts() + image_header()->parts);
}

// Of the edge: how many neurons; of each how many axons, and where each leads (two words).
static const uint32_t* edge_table(void) {
    for (uint32_t i = 0; i < image_header()->parts; ++i) {
        if (image_parts()[i].kind == PART_EDGE) {
            return (const uint32_t*)(IMAGE_BASE + image_parts()[i].offset);
        }
    }
    static const uint32_t none = 0;
    return &none;
}

uint32_t image_inputs(void) {
    return edge_table()[0];
}

void image_input_axons(void (*each)(uint32_t core)) {
    const uint32_t* word = edge_table();
    for (uint32_t neurons = *word++; neurons > 0; --neurons) {
        for (uint32_t axons = *word++; axons > 0; --axons) {
            const uint32_t low = *word++, high = *word++;
            each(low >> DESTINATION_ADDRESS_BITS | high << (32 - DESTINATION_ADDRESS_BITS));
        }
    }
}

static uint32_t check(void) {
    const struct image_header* const header = image_header();
    const uint32_t there = REGISTER(SYSTEM, SYSTEM_IMAGE_BYTES);
    if (there < sizeof *header || header->magic != IMAGE_MAGIC) {
        return EXIT_IMAGE_MAGIC;
    }
    if (header->version != IMAGE_VERSION) {
        return EXIT_IMAGE_VERSION;
    }
    uint32_t checksum = 0;
    if (header->bytes != there || header->bytes % 4 != 0 ||
        !dma_checksum(IMAGE_BASE + sizeof *header, header->bytes - sizeof *header, &checksum) ||
        checksum != header->checksum) {
        return EXIT_IMAGE_CHECKSUM;
    }
    if (header->core_type != REGISTER(SYSTEM, SYSTEM_CORE_TYPE) ||
        header->cores != REGISTER(SYSTEM, SYSTEM_CORES)) {
        return EXIT_IMAGE_CHIP;
    }
    return EXIT_DONE;
}

// Cores and the edge have these registers at the same offsets.
static uint32_t load(uint32_t block, const struct image_part* part) {
    volatile uint32_t* const registers = (volatile uint32_t*)block;
    const struct dma_end source = {IMAGE_BASE + part->offset, 0};
    const struct dma_end destination = {block + CORE_CONFIG_DATA, 1};
    registers[CORE_CONFIG_ADDRESS / 4] = 0;
    if (!dma_copy(source, destination, part->bytes)) {
        return EXIT_DMA;
    }
    registers[CORE_COMMIT / 4] = 1;
    return registers[CORE_STATUS / 4] & CORE_STATUS_REFUSED ? EXIT_CORE_REFUSED : EXIT_DONE;
}

uint32_t image_load(void) {
    uint32_t code = check();
    const uint32_t room = image_header()->bytes - sizeof(struct image_header);
    if (code == EXIT_DONE && image_header()->parts > room / sizeof(struct image_part)) {
        code = EXIT_IMAGE_PARTS;
    }
    if (code != EXIT_DONE) {
        return code;
    }
    for (uint32_t i = 0; i < image_header()->parts; ++i) {
        const struct image_part* const part = &image_parts()[i];
        if (part->offset > image_header()->bytes ||
            part->bytes > image_header()->bytes - part->offset ||
            (part->kind == PART_CORE && part->core >= image_header()->cores)) {
            return EXIT_IMAGE_PARTS;
        }
        const uint32_t block =
            part->kind == PART_CORE ? CORE_BASE + part->core * CORE_STRIDE : EDGE_BASE;
        const uint32_t loaded = load(block, part);
        if (loaded != EXIT_DONE) {
            return loaded;
        }
    }
    return EXIT_DONE;
}
