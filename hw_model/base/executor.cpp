// SPDX-License-Identifier: Apache-2.0
#include "hw_model/base/executor.h"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include "hw_model/base/error.h"

namespace cortile {

struct Executor::Arena {
    explicit Arena(unsigned threads) : arena(static_cast<int>(threads)) {}
    tbb::task_arena arena;
};

Executor::Executor(unsigned threads) : threads_(threads) {
    if (threads == 0) {
        throw ContractViolation("Executor: at least one thread is needed");
    }
    if (threads > 1) {
        arena_ = std::make_unique<Arena>(threads);
    }
}

Executor::~Executor() = default;

void Executor::for_each(std::uint32_t count,
                        const std::function<void(std::uint32_t, unsigned)>& body) {
    if (!arena_ || count < 2) {
        for (std::uint32_t i = 0; i < count; ++i) {
            body(i, 0);
        }
        return;
    }
    arena_->arena.execute([&] {
        tbb::parallel_for(std::uint32_t{0}, count, [&](std::uint32_t i) {
            body(i, static_cast<unsigned>(tbb::this_task_arena::current_thread_index()));
        });
    });
}

}  // namespace cortile
