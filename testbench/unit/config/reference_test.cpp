// SPDX-License-Identifier: Apache-2.0
// The reference of keys, against the keys.
#include <gtest/gtest.h>

#include "hw_model/base/text_file.h"
#include "hw_model/config/chip_schema.h"

namespace cortile {
namespace {

TEST(Reference, HasEveryKeyOfAChipWithItsChoicesAndDefault) {
    const std::string text = read_text_file(CORTILE_SOURCE_DIR "/docs/reference/experiment.md");
    for (const ParameterDescriptor& key : chip_schema()) {
        const std::size_t row = text.find("\n| `" + key.path + "` |");
        if (row == std::string::npos) {
            ADD_FAILURE() << "no row for " << key.path;
            continue;
        }
        const std::string line = text.substr(row + 1, text.find('\n', row + 1) - row - 1);
        for (const std::string& choice : key.choices) {
            EXPECT_NE(line.find("`" + choice + "`"), std::string::npos) << choice << "\n" << line;
        }
        if (key.default_text && !key.default_text->empty()) {
            EXPECT_NE(line.find("| `" + *key.default_text + "` |"), std::string::npos)
                << *key.default_text << "\n"
                << line;
        }
        EXPECT_NE(line.find(key.description.substr(0, 30)), std::string::npos) << line;
    }
}

}  // namespace
}  // namespace cortile
