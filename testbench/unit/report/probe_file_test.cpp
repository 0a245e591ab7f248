// SPDX-License-Identifier: Apache-2.0
#include "hw_model/report/probe_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include <chrono>
#include <thread>

#include "hw_model/base/error.h"
#include "testbench/unit/report/sample_run.h"

namespace cortile::report {
namespace {

// Puts the bytes on disk and opens them with HDF5 itself.
class ProbeFile : public testing::Test {
  protected:
    struct Dataset {
        hsize_t rows = 0, columns = 0;
        bool is_uint8 = false, is_int32 = false, deflated = false, timed = false;
        std::vector<std::int32_t> values;
    };

    void open(const std::vector<ProbeRecord>& probes) {
        test::write_file(folder_.path() / "probes.h5", probe_file(probes));
        file_ = H5Fopen((folder_.path() / "probes.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
        ASSERT_GE(file_, 0);
    }

    void TearDown() override {
        if (file_ >= 0) {
            H5Fclose(file_);
        }
    }

    Dataset read(const std::string& path) const {
        Dataset result;
        const hid_t dataset = H5Dopen2(file_, path.c_str(), H5P_DEFAULT);
        EXPECT_GE(dataset, 0) << path;
        const hid_t space = H5Dget_space(dataset);
        hsize_t shape[2] = {0, 0};
        EXPECT_EQ(H5Sget_simple_extent_ndims(space), 2);
        H5Sget_simple_extent_dims(space, shape, nullptr);
        result.rows = shape[0];
        result.columns = shape[1];
        const hid_t type = H5Dget_type(dataset);
        result.is_uint8 = H5Tequal(type, H5T_STD_U8LE) > 0;
        result.is_int32 = H5Tequal(type, H5T_STD_I32LE) > 0;
        const hid_t properties = H5Dget_create_plist(dataset);
        for (int i = 0; i < H5Pget_nfilters(properties); ++i) {
            std::size_t elements = 0;
            unsigned flags = 0, config = 0;
            result.deflated |=
                H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &elements, nullptr, 0,
                               nullptr, &config) == H5Z_FILTER_DEFLATE;
        }
        H5O_info_t info;
        H5Oget_info_by_name1(file_, path.c_str(), &info, H5P_DEFAULT);
        result.timed = info.mtime != 0 || info.ctime != 0;
        result.values.resize(result.rows * result.columns);
        if (!result.values.empty()) {
            EXPECT_GE(H5Dread(dataset, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                              result.values.data()),
                      0);
        }
        H5Pclose(properties);
        H5Tclose(type);
        H5Sclose(space);
        H5Dclose(dataset);
        return result;
    }

    TemporaryFolder folder_;
    hid_t file_ = -1;
};

const std::vector<ProbeRecord> kProbes{{"fc1", "v", 3, 2, {-5, 0, 2147483647, 1, 2, -2147483648}},
                                       {"fc1", "spikes", 2, 2, {0, 1, 1, 0}},
                                       {"fc2", "u", 1, 3, {7, 8, 9}}};

TEST_F(ProbeFile, DatasetsAreTimestepsByNeurons) {
    open(kProbes);
    const Dataset v = read("/fc1/v");
    EXPECT_EQ(v.rows, 2u);
    EXPECT_EQ(v.columns, 3u);
    EXPECT_EQ(v.values, kProbes[0].values);
}

TEST_F(ProbeFile, EveryPopulationHasItsGroup) {
    open(kProbes);
    EXPECT_EQ(read("/fc2/u").values, kProbes[2].values);
}

TEST_F(ProbeFile, StatesAreInt32AndSpikesUint8) {
    open(kProbes);
    EXPECT_TRUE(read("/fc1/v").is_int32);
    EXPECT_TRUE(read("/fc1/spikes").is_uint8);
    EXPECT_EQ(read("/fc1/spikes").values, kProbes[1].values);
}

TEST_F(ProbeFile, DatasetsAreDeflatedAndCarryNoTime) {
    open(kProbes);
    EXPECT_TRUE(read("/fc1/v").deflated);
    EXPECT_FALSE(read("/fc1/v").timed);
}

TEST_F(ProbeFile, ProbesOfSeveralChunksComeBackWhole) {
    ProbeRecord probe{"big", "v", 1500, 400, {}};
    for (std::uint32_t i = 0; i < 1500 * 400; ++i) {
        probe.values.push_back(static_cast<std::int32_t>(i * 7919u));
    }
    open({probe});
    EXPECT_EQ(read("/big/v").values, probe.values);
}

TEST_F(ProbeFile, ProbesWithoutTimestepsAreEmptyDatasets) {
    open({{"fc1", "v", 4, 0, {}}});
    EXPECT_EQ(read("/fc1/v").rows, 0u);
    EXPECT_EQ(read("/fc1/v").columns, 4u);
}

TEST_F(ProbeFile, SlashesInNamesAreGroupsWithinGroups) {
    open({{"block/fc1", "v", 1, 1, {3}}, {"block", "v", 1, 1, {4}}});
    EXPECT_EQ(read("/block/fc1/v").values, std::vector<std::int32_t>{3});
    EXPECT_EQ(read("/block/v").values, std::vector<std::int32_t>{4});
}

TEST(ProbeBytes, AreTheSameASecondLater) {
    const std::string first = probe_file(kProbes);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // HDF5 keeps times in seconds
    EXPECT_TRUE(first == probe_file(kProbes));
}

TEST(ProbeBytes, RecordsOfTheWrongSizeAreADefect) {
    EXPECT_THROW(probe_file({{"fc1", "v", 3, 2, {1, 2, 3}}}), ContractViolation);
}

TEST(ProbeBytes, SpikesBeyondAByteAreADefect) {
    EXPECT_THROW(probe_file({{"fc1", "spikes", 1, 1, {256}}}), ContractViolation);
}

TEST(ProbeBytes, TheSameProbeTwiceIsADefect) {
    EXPECT_THROW(probe_file({{"fc1", "v", 1, 1, {1}}, {"fc1", "v", 1, 1, {1}}}), ContractViolation);
}

TEST(ProbeBytes, FailuresOfHdf5AreReportedByExceptionAlone) {
    testing::internal::CaptureStderr();
    // A dataset cannot stand where a group of the same name does.
    EXPECT_THROW(probe_file({{"a/v", "v", 1, 1, {1}}, {"a", "v", 1, 1, {1}}}), ContractViolation);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace cortile::report
