// SPDX-License-Identifier: Apache-2.0
#include "workload/network/network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "hw_model/base/error.h"

namespace cortile {

std::uint32_t element_count(const Shape& shape) {
    std::uint64_t count = 1;
    for (const std::uint32_t extent : shape) {
        count *= extent;
        if (count > std::numeric_limits<std::uint32_t>::max()) {
            throw ConfigError("shape " + to_string(shape), "has more than 2^32 - 1 elements",
                              "use a smaller population");
        }
    }
    return static_cast<std::uint32_t>(count);
}

std::string to_string(const Shape& shape) {
    return fmt::format("({})", fmt::join(shape, ", "));
}

const char* to_string(NeuronKind kind) {
    switch (kind) {
        case NeuronKind::input:
            return "input";
        case NeuronKind::current_input:
            return "current_input";
        case NeuronKind::i:
            return "i";
        case NeuronKind::if_:
            return "if";
        case NeuronKind::li:
            return "li";
        case NeuronKind::lif:
            return "lif";
        case NeuronKind::cuba_li:
            return "cuba_li";
        case NeuronKind::cuba_lif:
            return "cuba_lif";
        case NeuronKind::threshold:
            return "threshold";
        case NeuronKind::relu:
            return "relu";
        case NeuronKind::delta:
            return "delta";
        case NeuronKind::sigma_delta:
            return "sigma_delta";
        case NeuronKind::sigma:
            return "sigma";
    }
    throw ContractViolation("to_string: not a NeuronKind");
}

bool spikes(NeuronKind kind) {
    return kind != NeuronKind::i && kind != NeuronKind::li && kind != NeuronKind::cuba_li;
}

bool is_sigma_delta(NeuronKind kind) {
    return kind == NeuronKind::delta || kind == NeuronKind::sigma_delta ||
           kind == NeuronKind::sigma;
}

namespace {

// Depth-first order from the inputs. An edge to a population whose visit has not ended closes a
// cycle and is cut; what remains has no cycle, so that one backward pass gives the longest path.
class DepthSearch {
  public:
    explicit DepthSearch(const Network& network)
        : network_(network), out_(network.populations.size()), state_(out_.size(), State::fresh) {
        for (std::size_t p = 0; p < network.projections.size(); ++p) {
            out_[network.projections[p].source.value].push_back(p);
        }
    }

    std::uint32_t run() {
        for (const PopulationId input : network_.inputs) {
            visit(input.value);
        }
        constexpr std::uint32_t kUnreached = std::numeric_limits<std::uint32_t>::max();
        std::vector<std::uint32_t> depth(out_.size(), kUnreached);
        for (const PopulationId input : network_.inputs) {
            depth[input.value] = 0;
        }
        for (auto node = finished_.rbegin(); node != finished_.rend(); ++node) {
            for (const std::size_t p : out_[*node]) {
                if (cut_.size() > p && cut_[p]) {
                    continue;
                }
                const Projection& projection = network_.projections[p];
                const std::uint32_t layer =
                    1u + (projection.connectivity ? projection.connectivity->max_delay() : 0u);
                std::uint32_t& target = depth[projection.target.value];
                const std::uint32_t candidate = depth[*node] + layer;
                target = target == kUnreached ? candidate : std::max(target, candidate);
            }
        }
        std::uint32_t result = 0;
        for (const PopulationId output : network_.outputs) {
            if (depth[output.value] != kUnreached) {
                result = std::max(result, depth[output.value]);
            }
        }
        return result;
    }

  private:
    enum class State : std::uint8_t { fresh, open, done };
    struct Frame {
        std::uint32_t node;
        std::size_t next;
    };

    // With a stack of its own: a chain of populations may be longer than the call stack is deep.
    void visit(std::uint32_t root) {
        if (state_[root] != State::fresh) {
            return;
        }
        cut_.resize(network_.projections.size(), false);
        std::vector<Frame> stack{{root, 0}};
        state_[root] = State::open;
        while (!stack.empty()) {
            Frame& frame = stack.back();
            if (frame.next == out_[frame.node].size()) {
                state_[frame.node] = State::done;
                finished_.push_back(frame.node);
                stack.pop_back();
                continue;
            }
            const std::size_t p = out_[frame.node][frame.next++];
            const std::uint32_t target = network_.projections[p].target.value;
            if (state_[target] == State::open) {
                cut_[p] = true;
            } else if (state_[target] == State::fresh) {
                state_[target] = State::open;
                stack.push_back({target, 0});
            }
        }
    }

    const Network& network_;
    std::vector<std::vector<std::size_t>> out_;
    std::vector<State> state_;
    std::vector<bool> cut_;
    std::vector<std::uint32_t> finished_;
};

}  // namespace

std::uint32_t pipeline_depth(const Network& network) {
    return DepthSearch(network).run();
}

std::vector<std::uint32_t> onsets(const Network& network) {
    constexpr std::uint32_t kUnreached = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::vector<std::uint32_t>> targets(network.populations.size());
    for (const Projection& projection : network.projections) {
        targets[projection.source.value].push_back(projection.target.value);
    }
    std::vector<std::uint32_t> onset(network.populations.size(), kUnreached);
    std::vector<std::uint32_t> reached;  // in the order of their onsets
    for (const PopulationId input : network.inputs) {
        onset[input.value] = 0;
        reached.push_back(input.value);
    }
    for (std::size_t i = 0; i < reached.size(); ++i) {
        for (const std::uint32_t target : targets[reached[i]]) {
            if (onset[target] == kUnreached) {
                onset[target] = onset[reached[i]] + 1;
                reached.push_back(target);
            }
        }
    }
    std::replace(onset.begin(), onset.end(), kUnreached, 0u);
    return onset;
}

}  // namespace cortile
