// SPDX-License-Identifier: Apache-2.0
#include "rtl/verilated/verilated_datapath.h"

#include "cores/datapath/operations.h"

namespace cortile {

VerilatedDatapath::VerilatedDatapath(const DatapathDescription& description,
                                     std::shared_ptr<const DatapathLibrary> library)
    : contract_(description.contract),
      file_(description.file.string()),
      library_(std::move(library)),
      model_(library_->harness().create()) {
    if (library_->harness().operand_words != contract_.operand_words() ||
        library_->harness().result_words != contract_.result_words()) {
        throw ContractViolation("VerilatedDatapath: the library is another datapath's");
    }
    for (const auto* group : {&contract_.state, &contract_.inputs, &contract_.parameters}) {
        for (const DatapathField& field : *group) {
            least_.insert(least_.end(), field.lanes, field.minimum());
            range_.insert(range_.end(), field.lanes,
                          static_cast<std::uint64_t>(field.maximum() - field.minimum()));
        }
    }
}

// check_operations() says which operand it is; this only looks whether there is one, since it is on
// the path of every operation.
void VerilatedDatapath::check_range(std::span<const std::int64_t> operands) const {
    const std::size_t words = least_.size();
    bool outside = false;
    for (std::size_t first = 0; first < operands.size(); first += words) {
        for (std::size_t i = 0; i < words; ++i) {
            outside |= static_cast<std::uint64_t>(operands[first + i]) -
                           static_cast<std::uint64_t>(least_[i]) >
                       range_[i];
        }
    }
    if (outside) {
        check_operations(contract_, operands, file_);
    }
}

VerilatedDatapath::~VerilatedDatapath() {
    if (model_ != nullptr) {  // else it could not be made anew
        library_->harness().destroy(model_);
    }
}

void VerilatedDatapath::reset() {
    library_->harness().reset(model_);
}

void VerilatedDatapath::power_on() {
    library_->harness().destroy(model_);
    model_ = nullptr;
    model_ = library_->harness().create();
}

void VerilatedDatapath::run(std::span<const std::int64_t> operands,
                            std::span<std::int64_t> results) {
    const std::size_t count = operands.size() / contract_.operand_words();
    if (operands.size() != count * contract_.operand_words() ||
        results.size() != count * contract_.result_words()) {
        throw ContractViolation("VerilatedDatapath: rows of the wrong length");
    }
    check_range(operands);
    CortileHarnessError error{};
    stalls_.seed += 1;  // other stalls in each call
    if (library_->harness().run(model_, operands.data(), count, results.data(), &stalls_, &error) ==
        0) {
        return;
    }
    Disagreement disagreement;
    disagreement.kind = static_cast<Disagreement::Kind>(error.kind);
    disagreement.operation = error.operation;
    disagreement.expected = error.expected;
    disagreement.got = error.got;
    disagreement.message = error.message;
    if (error.word >= 0) {
        const auto word = static_cast<std::size_t>(error.word);
        const std::size_t words = contract_.operand_words();
        disagreement.field = word < words ? contract_.operand_names()[word] + " (operand)"
                                          : contract_.result_names()[word - words];
    }
    throw DatapathMismatch(disagreement);
}

void VerilatedDatapath::set_stalls(std::uint64_t seed, std::uint32_t request,
                                   std::uint32_t response) {
    stalls_ = {seed, request, response};
}

std::uint64_t VerilatedDatapath::cycles() const {
    return library_->harness().cycles(model_);
}

void VerilatedDatapath::check_timing(bool on) {
    library_->harness().check_timing(model_, on ? 1 : 0);
}

VerilatedDatapath::Timing VerilatedDatapath::measure(std::span<const std::int64_t> row) {
    constexpr std::uint64_t kMany = kMeasuredOperations - 1;
    const auto clocks = [&](std::uint64_t count) {
        Operations rows;
        for (std::uint64_t i = 0; i < count; ++i) {
            rows.insert(rows.end(), row.begin(), row.end());
        }
        std::vector<std::int64_t> results(count * contract_.result_words());
        reset();
        const std::uint64_t before = cycles();
        run(rows, results);
        return cycles() - before;
    };
    const std::uint64_t one = clocks(1);
    // The clock in which a response is taken is the one after it came.
    return {one - 1, (clocks(kMany) - one) / (kMany - 1)};
}

void VerilatedDatapath::trace_to(const std::filesystem::path& fst) {
    if (library_->harness().trace_open == nullptr) {
        throw ContractViolation("VerilatedDatapath: built without traces");
    }
    library_->harness().trace_open(model_, fst.c_str());
}

void VerilatedDatapath::stop_trace() {
    if (library_->harness().trace_close != nullptr) {
        library_->harness().trace_close(model_);
    }
}

void VerilatedDatapath::write_coverage(const std::filesystem::path& file) const {
    if (library_->harness().write_coverage == nullptr) {
        throw ContractViolation("VerilatedDatapath: built without coverage");
    }
    library_->harness().write_coverage(model_, file.c_str());
}

void VerilatedDatapath::select_mutant(std::uint32_t mutant) {
    if (library_->harness().select_mutant == nullptr) {
        throw ContractViolation("VerilatedDatapath: built without mutants");
    }
    library_->harness().select_mutant(model_, mutant);
}

void VerilatedDatapath::observe(std::function<void(const std::uint32_t*)> settled) {
    if (library_->harness().observe == nullptr) {
        throw ContractViolation("VerilatedDatapath: built without an observer");
    }
    observer_ = std::move(settled);
    const auto call = [](void* observer, const std::uint32_t* ports) {
        (*static_cast<std::function<void(const std::uint32_t*)>*>(observer))(ports);
    };
    library_->harness().observe(model_, observer_ ? +call : nullptr, &observer_);
}

}  // namespace cortile
