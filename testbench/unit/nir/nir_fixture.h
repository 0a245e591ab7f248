// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "hw_model/base/error.h"
#include "testbench/support/nir_writer.h"
#include "workload/nir/nir.h"

namespace cortile::test {

// A file of its own for each test, removed afterwards.
class NirTest : public ::testing::Test {
  protected:
    NirTest() {
        const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
        std::string name = std::string(info->test_suite_name()) + "_" + info->name() + "_" +
                           std::to_string(getpid()) + ".nir";
        std::replace(name.begin(), name.end(), '/', '_');
        path_ = std::filesystem::path(::testing::TempDir()) / name;
    }
    ~NirTest() override {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }

    // Writes a root graph by `fill`, then imports the file.
    Network import(const std::function<void(NirGraph&)>& fill, const NirOptions& options = {},
                   const Storage& storage = {}) {
        write(fill, storage);
        return import_nir(path_, with_keys(options));
    }

    void write(const std::function<void(NirGraph&)>& fill, const Storage& storage = {}) {
        NirWriter writer(path_);
        writer.storage = storage;
        NirGraph root = writer.root();
        fill(root);
        writer.close();
    }

    // The import fails with a ConfigError whose message holds all `parts`.
    void expect_error(const std::vector<std::string>& parts, const NirOptions& options = {}) {
        try {
            import_nir(path_, with_keys(options));
            ADD_FAILURE() << "the file was accepted";
        } catch (const ConfigError& e) {
            const std::string message = e.what();
            EXPECT_EQ(message.rfind(path_.string(), 0), 0u) << message;
            EXPECT_NE(message.find("hint"), std::string::npos) << message;
            for (const std::string& part : parts) {
                EXPECT_NE(message.find(part), std::string::npos) << "'" << part << "' in\n"
                                                                 << message;
            }
        }
    }

    // What a lenient import repairs with one warning that holds all `parts` is an error with
    // strict types. Returns the repaired network.
    Network expect_guess(const std::vector<std::string>& parts) {
        Network network = import_nir(path_, {});
        EXPECT_TRUE(warned(network, parts)) << "warnings:\n" << all_warnings(network);
        NirOptions strict;
        strict.strict_types = true;
        expect_error(parts, strict);
        return network;
    }

    // As the program does: with what core types take from metadata.
    static NirOptions with_keys(NirOptions options) {
        options.hardware = {
            {"loihi",
             {"du", "dv", "vth_mantissa", "bias_mantissa", "bias_exponent", "refractory"},
             {"weight_exponent", "num_weight_bits"},
             {}},
            {"odin", {"thr", "leak_str", "bias"}, {}, {}},
            {"fcore", {"bias", "lut"}, {}, {{"lut", 256}}}};
        return options;
    }

    static bool warned(const Network& network, const std::vector<std::string>& parts) {
        for (const std::string& warning : network.warnings) {
            bool all = true;
            for (const std::string& part : parts) {
                all = all && warning.find(part) != std::string::npos;
            }
            if (all) {
                return true;
            }
        }
        return false;
    }

    static std::string all_warnings(const Network& network) {
        std::string text;
        for (const std::string& w : network.warnings) {
            text += w + "\n";
        }
        return text;
    }

    // y = A x of one projection, delays ignored.
    static std::vector<double> apply(const Connectivity& c, const std::vector<double>& x) {
        std::vector<double> y(c.target_size(), 0.0);
        std::vector<Connection> row;
        for (std::uint32_t s = 0; s < c.source_size(); ++s) {
            c.row(s, row);
            for (const Connection& k : row) {
                y[k.target] += x[s] * k.weight;
            }
        }
        return y;
    }

    static std::vector<double> bias(const Population& p) {
        std::vector<double> result;
        for (std::uint32_t i = 0; i < p.size; ++i) {
            result.push_back(p.bias[i]);
        }
        return result;
    }

    static std::vector<std::string> names(const Network& n) {
        std::vector<std::string> result;
        for (const Population& p : n.populations) {
            result.push_back(p.name);
        }
        return result;
    }

    std::filesystem::path path_;
};

// Input (2) -> Linear "fc" -> LIF "lif" (3) -> Output: a sound network to spoil.
inline void small_network(NirGraph& g) {
    g.input("input", {2});
    g.linear("fc", 3, 2, {1, 2, 3, 4, 5, 6});
    g.lif("lif", {3});
    g.output("output", {3});
    g.chain({"input", "fc", "lif", "output"});
}

}  // namespace cortile::test
