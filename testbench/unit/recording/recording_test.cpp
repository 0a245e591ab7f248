// SPDX-License-Identifier: Apache-2.0
// Arrays of NumPy and HDF5, and their dimensions as samples, timesteps and neurons.
#include "workload/recording/recording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <limits>

#include "hw_model/base/error.h"
#include "testbench/support/net_writer.h"
#include "workload/recording/npy_file.h"

namespace cortile {
namespace {

using namespace std::string_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

template <typename Body>
std::string refused(Body body) {
    try {
        body();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "no error";
}

std::string with_header(const std::string& header, const std::string& data) {
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += {static_cast<char>(header.size()), '\0'};
    return bytes + header + data;
}

TEST(Npy, NumbersOfEveryKind) {
    const auto numbers = [](const std::string& type, const std::string& data, int count) {
        return parse_npy(
                   with_header("{'descr': '" + type + "', 'fortran_order': False, 'shape': (" +
                                   std::to_string(count) + ",), }",
                               data),
                   "here")
            .numbers;
    };
    EXPECT_THAT(numbers("|i1", "\xff\x05", 2), ElementsAre(-1, 5));
    EXPECT_THAT(numbers("|b1", std::string("\x01\x00", 2), 2), ElementsAre(1, 0));
    EXPECT_THAT(numbers("<i2", "\xfe\xff", 1), ElementsAre(-2));
    EXPECT_THAT(numbers(">u2", std::string("\x01\x00", 2), 1), ElementsAre(256));
    EXPECT_THAT(numbers("<f4", std::string("\x00\x00\x20\xc0", 4), 1), ElementsAre(-2.5));
    EXPECT_THAT(numbers("<f2", std::string("\x00\x3e", 2), 1), ElementsAre(1.5));
    EXPECT_THAT(numbers("<f8", std::string("\0\0\0\0\0\0\xf0\x3f", 8), 1), ElementsAre(1));
}

// 2^-24 is the smallest; 0x7c00 and above are no numbers.
TEST(Npy, HalvesAtTheEndsOfTheirRange) {
    const std::string halves("\x01\x00\xff\x03\xff\x7b\x00\xfc\x00\x7e", 10);
    const std::vector<double> numbers =
        parse_npy(with_header("{'descr': '<f2', 'fortran_order': False, 'shape': (5,), }", halves),
                  "here")
            .numbers;
    EXPECT_THAT(numbers, ElementsAre(0x1p-24, 1023 * 0x1p-24, 65504,
                                     -std::numeric_limits<double>::infinity(), testing::IsNan()));
}

TEST(Npy, ColumnMajorArraysAreTurned) {
    const NumberArray array =
        parse_npy(with_header("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }",
                              std::string("\x01\x04\x02\x05\x03\x06", 6)),
                  "here");
    EXPECT_THAT(array.shape, ElementsAre(2, 3));
    EXPECT_THAT(array.numbers, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Npy, DamagedFilesAreRefused) {
    const std::string header = "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }";
    const auto refusal = [](const std::string& bytes) {
        return refused([&] { parse_npy(bytes, "a.npy"); });
    };
    EXPECT_THAT(refusal(with_header(header, "1234567")), HasSubstr("7 bytes of numbers"));
    EXPECT_THAT(refusal(with_header(header, "").substr(0, 30)), HasSubstr("cut off"));
    EXPECT_THAT(refusal("\x93NUMPY"), HasSubstr("cut off"));
    EXPECT_THAT(
        refusal(with_header("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "")),
        HasSubstr("\"|O\""));
    EXPECT_THAT(refusal(with_header(
                    "{'descr': '<i4', 'fortran_order': False, 'shape': (99999999, 99999), }", "")),
                HasSubstr("more than"));
    // Every prefix: refused, never read beyond.
    const std::string whole = with_header(header, "12345678");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_NE(refusal(whole.substr(0, size)), "no error") << size;
    }
    EXPECT_EQ(refusal(whole), "no error");
}

// An archive of a stored or deflated member, with `extra` behind its name, as numpy.savez has it.
std::string archive(bool deflate, const std::string& name, const std::string& content,
                    const std::string& extra = "") {
    const auto number = [](std::uint64_t value, int bytes) {
        std::string text;
        for (int i = 0; i < bytes; ++i) {
            text += static_cast<char>(value >> (8 * i));
        }
        return text;
    };
    std::string packed = content;
    if (deflate) {
        packed.resize(content.size() + 100);
        z_stream stream{};
        deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
        stream.avail_in = static_cast<uInt>(content.size());
        stream.next_out = reinterpret_cast<Bytef*>(packed.data());
        stream.avail_out = static_cast<uInt>(packed.size());
        ::deflate(&stream, Z_FINISH);
        packed.resize(stream.total_out);
        deflateEnd(&stream);
    }
    const auto crc =
        crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()));
    const std::string common = number(20, 2) + number(0, 2) + number(deflate ? 8 : 0, 2) +
                               number(0, 4) + number(crc, 4) + number(packed.size(), 4) +
                               number(content.size(), 4) + number(name.size(), 2);
    const std::string local = "PK\3\4" + common + number(extra.size(), 2) + name + extra + packed;
    const std::string entry = "PK\1\2" + number(20, 2) + common + number(0, 2) + number(0, 2) +
                              number(0, 2) + number(0, 2) + number(0, 4) + number(0, 4) + name;
    return local + entry + "PK\5\6" + number(0, 4) + number(1, 2) + number(1, 2) +
           number(entry.size(), 4) + number(local.size(), 4) + number(0, 2);
}

class ArrayFile : public testing::Test {
  protected:
    ~ArrayFile() override { std::filesystem::remove(path_); }
    void write(const std::string& bytes) {
        std::ofstream(path_, std::ios::binary)
            .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    std::filesystem::path path_ =
        std::filesystem::path(testing::TempDir()) / ("recording-" + std::to_string(getpid()));
};

TEST_F(ArrayFile, MembersOfNpzArchives) {
    const std::string array = test::npy({1, -2, 3}, {3});
    for (const bool deflate : {false, true}) {
        write(archive(deflate, "spikes.npy", array));
        EXPECT_THAT(read_number_array(path_, "spikes").numbers, ElementsAre(1, -2, 3));
        EXPECT_THAT(read_number_array(path_, "").numbers, ElementsAre(1, -2, 3)) << "the only one";
    }
    EXPECT_THAT(refused([&] { read_number_array(path_, "u"); }), HasSubstr("it holds: \"spikes\""));
}

TEST_F(ArrayFile, MembersOfNpzArchivesMayHaveMoreInFrontOfTheirData) {
    write(archive(false, "a.npy", test::npy({1, -2, 3}, {3}), std::string(20, '\x01')));
    EXPECT_THAT(read_number_array(path_, "a").numbers, ElementsAre(1, -2, 3));
}

TEST_F(ArrayFile, DamagedArchivesAreRefused) {
    const std::string whole = archive(true, "a.npy", test::npy({1, -2, 3}, {3}));
    const auto refusal = [&](const std::string& bytes) {
        write(bytes);
        return refused([&] { read_number_array(path_, "a"); });
    };
    for (std::size_t size = 4; size < whole.size(); ++size) {
        EXPECT_NE(refusal(whole.substr(0, size)), "no error") << size;
    }
    std::string changed = whole;
    changed[60] = static_cast<char>(changed[60] ^ 1);
    EXPECT_NE(refusal(changed), "no error") << "check sum";
}

TEST_F(ArrayFile, Text) {
    write("# v, u\n1, -2.5\t# at the start\r\n\n  3e2 4\n");
    const NumberArray array = read_number_array(path_, "");
    EXPECT_THAT(array.shape, ElementsAre(2, 2));
    EXPECT_THAT(array.numbers, ElementsAre(1, -2.5, 300, 4));
    write("1 2 3");
    EXPECT_THAT(read_number_array(path_, "").shape, ElementsAre(1, 3));
    write("1\n2\n3\n");
    EXPECT_THAT(read_number_array(path_, "").shape, ElementsAre(3, 1));
}

TEST_F(ArrayFile, TextThatIsNoTableOfNumbersIsRefused) {
    const auto refusal = [&](const std::string& bytes) {
        write(bytes);
        return refused([&] { read_number_array(path_, ""); });
    };
    EXPECT_THAT(refusal("1 2\n3 4x\n"), AllOf(HasSubstr(":2"), HasSubstr("found \"4x\"")));
    EXPECT_THAT(refusal("t,v\n0,1\n"), AllOf(HasSubstr(":1"), HasSubstr("found \"t\"")));
    EXPECT_THAT(refusal("1 2\n\n3\n"), AllOf(HasSubstr(":3"), HasSubstr("expected 2")));
    EXPECT_THAT(refusal("# nothing\n"), HasSubstr("found none"));
    EXPECT_THAT(refusal("1 2\0 3"s), HasSubstr("HDF5")) << "not text";
}

// A terminal would follow the escape sequences of a damaged file, and show all of a line of a
// megabyte.
TEST_F(ArrayFile, ErrorsShowTheBeginningOfWhatFilesHoldAndNoControlCharacters) {
    const auto refusal = [&](const std::string& bytes) {
        write(bytes);
        return refused([&] { read_number_array(path_, "b"); });
    };
    const std::string head(600, ' ');
    EXPECT_THAT(refusal(head + "\x1b[31m\n"), HasSubstr("found \"\\x1b[31m\""));
    EXPECT_LT(refusal(std::string(1 << 20, 'x')).size(), 1000u);
    EXPECT_THAT(
        refusal(with_header("{'descr': '\x1b[31m', 'fortran_order': False, 'shape': (1,), }", "")),
        HasSubstr("holds \"\\x1b[31m\""));
    EXPECT_THAT(refusal(archive(false, "\x1b[31m.npy", "")), HasSubstr("holds: \"\\x1b[31m\""));
}

TEST(Recording, AxesInAnyOrder) {
    // W 2, H 1, C 2, T 3.
    NumberArray array{{2, 1, 2, 3}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}};
    const Recording recording(array, "WHCT", "here");
    EXPECT_EQ(recording.neurons(), 4u);
    EXPECT_EQ(recording.timesteps(), 3u);
    // Neurons by channel, row, column.
    EXPECT_EQ(recording(0, 1, 0), 1);
    EXPECT_EQ(recording(0, 1, 1), 7);
    EXPECT_EQ(recording(0, 1, 2), 4);
    EXPECT_EQ(recording(0, 2, 3), 11);
    recording.check_neurons({2, 1, 2}, "here");
    recording.check_neurons({4}, "here");
    EXPECT_THAT(refused([&] {
                    recording.check_neurons({2, 2, 1}, "here");
                }),
                HasSubstr("(2, 1, 2), the population has (2, 2, 1)"));
    EXPECT_THAT(refused([&] { recording.check_neurons({5}, "here"); }), HasSubstr("order of its"));
}

TEST(Recording, AxesByDefaultAndErrors) {
    const NumberArray two{{2, 3}, {1, 2, 3, 4, 5, 6}};
    const Recording recording(two, "", "here");
    EXPECT_EQ(recording.timesteps(), 2u);
    EXPECT_EQ(recording(0, 1, 2), 6);
    EXPECT_EQ(Recording({{2, 1, 3}, two.numbers}, "", "here").samples(), 2u);
    EXPECT_FALSE(Recording(two, "HW", "here").has_time());
    const auto refusal = [&](const std::string& axes) {
        return refused([&] { Recording(two, axes, "here"); });
    };
    EXPECT_THAT(refusal("TXX"), HasSubstr("\"TXX\""));
    EXPECT_THAT(refusal("N"), HasSubstr("\"N\""));
    EXPECT_THAT(refusal("XC"), HasSubstr("\"XC\""));
    EXPECT_THAT(refusal("NTX"), HasSubstr("(2, 3), 3 axes"));
}

TEST(Recording, WithoutAnAxisOfNeuronsItIsAboutOne) {
    const Recording recording({{2, 3}, {1, 2, 3, 4, 5, 6}}, "NT", "here");
    EXPECT_EQ(recording.samples(), 2u);
    EXPECT_EQ(recording.timesteps(), 3u);
    EXPECT_EQ(recording.neurons(), 1u);
    EXPECT_EQ(recording(1, 0, 0), 4);
    recording.check_neurons({1}, "here");
    EXPECT_THAT(refused([&] { recording.check_neurons({2}, "here"); }), HasSubstr("neurons (1)"));
}

}  // namespace
}  // namespace cortile
