// SPDX-License-Identifier: Apache-2.0
// Writes .net files of lava-dl and .npy arrays for tests.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "testbench/support/nir_writer.h"

namespace cortile::test {

class NetWriter {
  public:
    explicit NetWriter(const std::filesystem::path& path) : file_(path) {}

    // A layer "input", "dense", "conv", … with the next number; returns its path.
    std::string layer(const std::string& type);
    // A dataset of the last layer, in single precision as lava-dl stores them; rank 0 without
    // shape.
    void field(const std::string& name, const std::vector<double>& values,
               const Extents& shape = {});
    void neuron(const std::string& type, const std::map<std::string, double>& fields);
    NirWriter& file() { return file_; }
    void close() { file_.close(); }

  private:
    NirWriter file_;
    int layers_ = 0;
    std::string path_;
};

// A .npy file of type '<i4', row-major.
std::string npy(const std::vector<std::int32_t>& values, const std::vector<std::size_t>& shape);

}  // namespace cortile::test
