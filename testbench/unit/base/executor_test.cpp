// SPDX-License-Identifier: Apache-2.0
// Does the executor do each piece of work once, whatever the number of threads?
#include "hw_model/base/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

#include "hw_model/base/error.h"
#include "hw_model/base/random.h"

namespace cortile {
namespace {

class ExecutorThreads : public testing::TestWithParam<unsigned> {};

TEST_P(ExecutorThreads, each_index_comes_exactly_once) {
    Executor executor(GetParam());
    std::vector<std::atomic<int>> calls(5000);
    executor.for_each(5000, [&](std::uint32_t index, unsigned) { ++calls.at(index); });
    for (std::size_t i = 0; i < calls.size(); ++i) {
        ASSERT_EQ(calls[i], 1) << "index " << i;
    }
}

TEST_P(ExecutorThreads, workers_are_below_the_number_of_threads) {
    Executor executor(GetParam());
    std::atomic<unsigned> highest{0};
    executor.for_each(5000, [&](std::uint32_t, unsigned worker) {
        unsigned seen = highest;
        while (worker > seen && !highest.compare_exchange_weak(seen, worker)) {
        }
    });
    EXPECT_LT(highest, GetParam());
}

TEST_P(ExecutorThreads, calls_of_one_worker_do_not_overlap) {
    Executor executor(GetParam());
    std::vector<std::atomic<bool>> busy(GetParam());
    std::atomic<int> overlaps{0};
    executor.for_each(5000, [&](std::uint32_t, unsigned worker) {
        if (busy.at(worker).exchange(true)) {
            ++overlaps;
        }
        std::this_thread::yield();
        busy[worker] = false;
    });
    EXPECT_EQ(overlaps, 0);
}

TEST_P(ExecutorThreads, no_work_calls_nothing) {
    Executor executor(GetParam());
    int calls = 0;
    executor.for_each(0, [&](std::uint32_t, unsigned) { ++calls; });
    EXPECT_EQ(calls, 0);
}

TEST_P(ExecutorThreads, all_work_is_done_when_it_returns) {
    Executor executor(GetParam());
    for (int round = 0; round < 50; ++round) {
        std::atomic<int> done{0};
        executor.for_each(20, [&](std::uint32_t, unsigned) {
            std::this_thread::yield();
            ++done;
        });
        ASSERT_EQ(done, 20);
    }
}

TEST_P(ExecutorThreads, results_kept_by_index_are_those_of_a_plain_loop) {
    Executor executor(GetParam());
    std::vector<double> results(3000);
    executor.for_each(3000, [&](std::uint32_t index, unsigned) {
        results[index] = uniform01({3, RandomUse::test}, index, 0);
    });
    for (std::uint32_t i = 0; i < 3000; ++i) {
        ASSERT_EQ(results[i], uniform01({3, RandomUse::test}, i, 0));
    }
}

TEST_P(ExecutorThreads, error_in_the_work_reaches_the_caller) {
    Executor executor(GetParam());
    EXPECT_THROW(executor.for_each(100,
                                   [](std::uint32_t index, unsigned) {
                                       if (index == 57) {
                                           throw ConfigError("here", "broken");
                                       }
                                   }),
                 ConfigError);
}

TEST_P(ExecutorThreads, says_how_many_threads_it_has) {
    EXPECT_EQ(Executor(GetParam()).threads(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(OneAndTwo, ExecutorThreads, testing::Values(1U, 2U));

TEST(Executor, one_thread_works_in_order_in_the_calling_thread) {
    Executor executor(1);
    std::vector<std::uint32_t> order;
    const auto caller = std::this_thread::get_id();
    bool elsewhere = false;
    executor.for_each(100, [&](std::uint32_t index, unsigned) {
        order.push_back(index);
        elsewhere = elsewhere || std::this_thread::get_id() != caller;
    });
    std::vector<std::uint32_t> expected(100);
    std::iota(expected.begin(), expected.end(), 0U);
    EXPECT_EQ(order, expected);
    EXPECT_FALSE(elsewhere);
}

// Each of two pieces of work waits for the other to have begun.
TEST(Executor, two_threads_work_at_the_same_time) {
    if (std::thread::hardware_concurrency() < 2) {
        GTEST_SKIP() << "one processor only";
    }
    Executor executor(2);
    std::atomic<int> begun{0};
    std::atomic<int> met{0};
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    executor.for_each(2, [&](std::uint32_t, unsigned) {
        ++begun;
        while (begun < 2 && std::chrono::steady_clock::now() < deadline) {
            std::this_thread::yield();
        }
        met += begun == 2 ? 1 : 0;
    });
    EXPECT_EQ(met, 2);
}

TEST(Executor, no_threads_are_a_contract_violation) {
    EXPECT_THROW(Executor(0), ContractViolation);
}

}  // namespace
}  // namespace cortile
