// SPDX-License-Identifier: Apache-2.0
#include "hw_model/management/bus_trace.h"

#include <limits>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

struct Signal {
    char code;
    const char* name;
    unsigned bits;
};
constexpr Signal kSignals[] = {{'v', "valid", 1},    {'w', "write", 1},  {'o', "okay", 1},
                               {'a', "address", 32}, {'b', "bytes", 32}, {'d', "data", 32}};

}  // namespace

BusTrace::BusTrace(const std::filesystem::path& file, const std::vector<std::string>& initiators)
    : file_(file), out_(file), initiators_(initiators.size()) {
    if (!out_) {
        throw ConfigError(file.string(), "cannot be written", "choose another place for the trace");
    }
    write_header(initiators);
}

std::string BusTrace::code(char signal, std::size_t initiator) const {
    return std::string(1, signal) + std::to_string(initiator);
}

void BusTrace::write_header(const std::vector<std::string>& initiators) {
    out_ << "$timescale 1ps $end\n$scope module management_bus $end\n";
    for (std::size_t i = 0; i < initiators.size(); ++i) {
        out_ << fmt::format("$scope module {} $end\n", initiators[i]);
        for (const Signal& signal : kSignals) {
            out_ << fmt::format("$var wire {} {} {} $end\n", signal.bits, code(signal.code, i),
                                signal.name);
        }
        out_ << "$upscope $end\n";
    }
    out_ << "$upscope $end\n$enddefinitions $end\n#0\n";
    for (std::size_t i = 0; i < initiators.size(); ++i) {
        out_ << "0" << code('v', i) << "\n";
    }
}

void BusTrace::note(const BusTransaction& transaction) {
    const auto initiator = static_cast<std::size_t>(transaction.initiator);
    if (initiator >= initiators_) {
        return;
    }
    const auto bit = [&](char signal, bool value) {
        return fmt::format("{:d}{}\n", value, code(signal, initiator));
    };
    const auto word = [&](char signal, std::uint32_t value) {
        return fmt::format("b{:b} {}\n", value, code(signal, initiator));
    };
    changes_[{transaction.begin.value(), sequence_++}] =
        bit('v', true) + bit('w', transaction.write) + bit('o', transaction.okay) +
        word('a', transaction.address) + word('b', transaction.bytes) +
        word('d', transaction.first_word);
    changes_[{transaction.end.value(), sequence_++}] = bit('v', false);
    write_until(transaction.horizon.value());
}

// Changes before `time`.
void BusTrace::write_until(std::uint64_t time) {
    while (!changes_.empty() && changes_.begin()->first.first < time) {
        const auto& [key, text] = *changes_.begin();
        if (key.first > written_) {
            out_ << '#' << key.first << '\n';
            written_ = key.first;
        }
        out_ << text;
        changes_.erase(changes_.begin());
    }
}

void BusTrace::finish() {
    write_until(std::numeric_limits<std::uint64_t>::max());
    out_.flush();
    if (!out_) {
        throw ConfigError(file_.string(), "could not be written to its end", "is the disk full?");
    }
}

}  // namespace cortile
