// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace cortile {

// Runs independent pieces of work, possibly on several threads. Callers write results to places
// keyed by `index`, so that the outcome does not depend on the number of threads.
class Executor {
  public:
    // `threads` = 1 runs everything in the calling thread.
    explicit Executor(unsigned threads);
    ~Executor();
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    unsigned threads() const { return threads_; }

    // Calls body(index, worker) for each index in [0, count); worker is in [0, threads()) and no
    // two calls with the same worker overlap: scratch memory may be kept per worker.
    void for_each(std::uint32_t count,
                  const std::function<void(std::uint32_t index, unsigned worker)>& body);

  private:
    struct Arena;
    unsigned threads_;
    std::unique_ptr<Arena> arena_;
};

}  // namespace cortile
