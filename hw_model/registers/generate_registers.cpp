// SPDX-License-Identifier: Apache-2.0
// generate_registers ROOT: writes what is generated from the register map into the source tree.
#include <exception>
#include <filesystem>
#include <iostream>

#include "hw_model/base/text_file.h"
#include "hw_model/registers/register_map.h"

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: generate_registers ROOT\n";
        return 2;
    }
    try {
        const std::filesystem::path root = argv[1];
        const cortile::RegisterMap map =
            cortile::read_register_map(root / cortile::kRegisterSource);
        cortile::write_text_file(root / cortile::kCHeader, cortile::c_header(map));
        cortile::write_text_file(root / cortile::kCppHeader, cortile::cpp_header(map));
        cortile::write_text_file(root / cortile::kRegisterPage, cortile::markdown(map));
    } catch (const std::exception& error) {
        std::cerr << "generate_registers: " << error.what() << "\n";
        return 2;
    }
    return 0;
}
