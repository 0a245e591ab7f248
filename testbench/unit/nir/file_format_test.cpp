// SPDX-License-Identifier: Apache-2.0
// Every way in which HDF5 may store the same network, and files that are not one.
#include <fstream>

#include "testbench/unit/nir/nir_fixture.h"

namespace cortile {
namespace {

using test::Layout;
using test::NirGraph;
using test::NumberType;
using test::Storage;
using test::TextType;

class FileFormat : public test::NirTest {
  protected:
    // small_network stored as `storage` must be the small network.
    void expect_read(const Storage& storage) {
        const Network n = import(test::small_network, {}, storage);
        EXPECT_TRUE(n.warnings.empty()) << all_warnings(n);
        ASSERT_EQ(n.projections.size(), 1u);
        EXPECT_EQ(apply(*n.projections[0].connectivity, {1, 10}),
                  (std::vector<double>{21, 43, 65}));
        EXPECT_EQ(n.populations[1].name, "lif");
        EXPECT_EQ(n.populations[1].shape, Shape{3});
    }

    static std::vector<char> bytes(const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    void write_bytes(const std::vector<char>& content) {
        std::ofstream(path_, std::ios::binary)
            .write(content.data(), static_cast<std::streamsize>(content.size()));
    }
};

TEST_F(FileFormat, ReadsDeflatedChunks) {
    expect_read({.layout = Layout::deflate});
}

TEST_F(FileFormat, ReadsSzipWhereTheLibraryHasIt) {
    unsigned flags = 0;
    if (H5Zfilter_avail(H5Z_FILTER_SZIP) <= 0 || H5Zget_filter_info(H5Z_FILTER_SZIP, &flags) < 0 ||
        (flags & H5Z_FILTER_CONFIG_ENCODE_ENABLED) == 0) {
        GTEST_SKIP() << "this libhdf5 cannot write szip";
    }
    test::NirWriter writer(path_);
    NirGraph g = writer.root();
    g.input("input", {8});
    g.output("output", {8});
    writer.storage.layout = Layout::szip;  // which does not take fewer than four elements
    g.li("li", {8}, {.r = {0, 1, 2, 3, 4, 5, 6, 7}});
    g.chain({"input", "li", "output"});
    writer.close();
    EXPECT_EQ(import_nir(path_, {}).populations[1].r[7], 7);
}

TEST_F(FileFormat, ReadsEveryFloatWidth) {
    for (const NumberType type : {NumberType::f16, NumberType::f32, NumberType::f64}) {
        SCOPED_TRACE(static_cast<int>(type));
        expect_read({.number = type});
    }
}

TEST_F(FileFormat, ReadsEveryIntegerWidthWhereFloatsAreExpectedToo) {
    for (const NumberType type :
         {NumberType::i8, NumberType::i16, NumberType::i32, NumberType::i64, NumberType::u8,
          NumberType::u16, NumberType::u32, NumberType::u64}) {
        SCOPED_TRACE(static_cast<int>(type));
        expect_read({.integer = type});
        write(
            [&](NirGraph& g) {
                g.input("input", {1});
                g.node("s", "Scale");
                g.integers("s", "scale", {100}, {1});
                g.lif("lif", {1});
                g.output("output", {1});
                g.chain({"input", "s", "lif", "output"});
            },
            {.integer = type});
        EXPECT_EQ(apply(*import_nir(path_, {}).projections[0].connectivity, {1}),
                  std::vector<double>{100});
    }
}

TEST_F(FileFormat, ReadsBooleansAsNumbers) {
    const Network n = import(
        [](NirGraph& g) {
            g.input("input", {3});
            g.node("s", "Scale");
            g.reals("s", "scale", {1, 0, 1}, {3});
            g.lif("lif", {3}, {.tau = {1}, .v_leak = {0}});
            g.output("output", {3});
            g.chain({"input", "s", "lif", "output"});
        },
        {}, {.number = NumberType::boolean});
    EXPECT_EQ(apply(*n.projections[0].connectivity, {5, 6, 7}), (std::vector<double>{5, 0, 7}));
}

TEST_F(FileFormat, ReadsEveryKindOfString) {
    for (const TextType type : {TextType::variable_utf8, TextType::variable_ascii,
                                TextType::fixed_zero_padded, TextType::fixed_space_padded}) {
        SCOPED_TRACE(static_cast<int>(type));
        expect_read({.text = type});
    }
}

TEST_F(FileFormat, WindowFieldsMayBeScalarsOrPairs) {
    for (const bool scalar : {true, false}) {
        const Network n = import([scalar](NirGraph& g) {
            g.input("input", {1, 4, 4});
            g.node("p", "SumPool2d");
            for (const char* field : {"kernel_size", "stride"}) {
                if (scalar) {
                    g.integers("p", field, {2}, {});
                } else {
                    g.integers("p", field, {2, 2}, {2});
                }
            }
            g.integers("p", "padding", {0}, {1});
            g.if_("if", {1, 2, 2});
            g.output("output", {1, 2, 2});
            g.chain({"input", "p", "if", "output"});
        });
        EXPECT_EQ(apply(*n.projections[0].connectivity, std::vector<double>(16, 1.0)),
                  (std::vector<double>{4, 4, 4, 4}));
    }
}

TEST_F(FileFormat, SingleNodeMayBeTheRoot) {
    test::NirWriter writer(path_);
    writer.text("/version", "1.0");
    writer.text("/node/type", "LI");
    for (const char* field : {"tau", "r", "v_leak"}) {
        writer.numbers(std::string("/node/") + field, {1, 1}, {2}, NumberType::f32);
    }
    writer.close();
    const Network n = import_nir(path_, {});
    ASSERT_EQ(n.populations.size(), 2u);
    EXPECT_EQ(n.populations[1].kind, NeuronKind::li);
}

TEST_F(FileFormat, MissingFile) {
    expect_error({"no such file"});
}

TEST_F(FileFormat, Directory) {
    path_ = ::testing::TempDir();
    try {
        import_nir(path_, {});
        ADD_FAILURE();
    } catch (const ConfigError& e) {
        EXPECT_NE(std::string(e.what()).find("is not a file"), std::string::npos) << e.what();
    }
    path_ = "nothing_to_remove";
}

TEST_F(FileFormat, EmptyFile) {
    write_bytes({});
    expect_error({"is not an HDF5 file"});
}

TEST_F(FileFormat, PyTorchArchive) {
    write_bytes({'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0, 0, 0});
    expect_error({"PyTorch", "nir.write"});
}

TEST_F(FileFormat, PythonPickle) {
    write_bytes({'\x80', 2, 'c', 'n', 'i', 'r'});
    expect_error({"pickle", "nir.write"});
}

TEST_F(FileFormat, Hdf5ThatIsNotNir) {
    test::NirWriter writer(path_);
    writer.numbers("/data", {1, 2}, {2}, NumberType::f32);
    writer.close();
    expect_error({"/node", "not NIR"});
}

// Cut anywhere, the file is either refused with a ConfigError or, where only trailing slack is
// missing, still the same network: never a crash or another network.
TEST_F(FileFormat, TruncatedFileIsRefused) {
    write(test::small_network);
    const std::vector<char> whole = bytes(path_);
    std::size_t refused = 0;
    for (std::size_t size = 0; size < whole.size(); size += 97) {
        write_bytes({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
        try {
            import_nir(path_, {});
            ADD_FAILURE() << "accepted " << size << " of " << whole.size() << " bytes";
        } catch (const ConfigError&) {
            ++refused;
        }
    }
    EXPECT_GT(refused, 50u);
}

TEST_F(FileFormat, FilterThatTheLibraryLacksIsNamed) {
    // Stands in for h5py's LZF plug-in while writing only: passes the bytes on.
    const H5Z_class2_t lzf{H5Z_CLASS_T_VERS,
                           32000,
                           1,
                           1,
                           "lzf",
                           nullptr,
                           nullptr,
                           [](unsigned, std::size_t, const unsigned*, std::size_t n, std::size_t*,
                              void**) -> std::size_t { return n; }};
    ASSERT_GE(H5Zregister(&lzf), 0);
    write([](NirGraph& g) { test::small_network(g); });
    {
        const hdf5::Handle file(H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
        H5Ldelete(file.get(), "/node/nodes/fc/weight", H5P_DEFAULT);
        const hsize_t extents[] = {3, 2};
        const hdf5::Handle space(H5Screate_simple(2, extents, nullptr), H5Sclose);
        const hdf5::Handle plist(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
        H5Pset_chunk(plist.get(), 2, extents);
        H5Pset_filter(plist.get(), 32000, H5Z_FLAG_MANDATORY, 0, nullptr);
        const hdf5::Handle dataset(H5Dcreate2(file.get(), "/node/nodes/fc/weight", H5T_IEEE_F32LE,
                                              space.get(), H5P_DEFAULT, plist.get(), H5P_DEFAULT),
                                   H5Dclose);
        const std::vector<float> weight(6, 1.0F);
        ASSERT_GE(
            H5Dwrite(dataset.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, weight.data()),
            0);
    }
    H5Zunregister(32000);
    expect_error({"/node/nodes/fc/weight", "lzf", "gzip"});
}

TEST_F(FileFormat, LibraryPrintsNothing) {
    write_bytes({'x'});
    ::testing::internal::CaptureStderr();
    expect_error({"is not an HDF5 file"});
    write(test::small_network);
    std::vector<char> half = bytes(path_);
    half.resize(half.size() / 2);
    write_bytes(half);
    EXPECT_THROW(import_nir(path_, {}), ConfigError);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(FileFormat, GraphThatContainsItselfIsRefused) {
    write(test::small_network);
    {
        const hdf5::Handle file(H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
        H5Lcreate_hard(file.get(), "/node", file.get(), "/node/nodes/self", H5P_DEFAULT,
                       H5P_DEFAULT);
    }
    expect_error({"nested deeper"});
}

}  // namespace
}  // namespace cortile
