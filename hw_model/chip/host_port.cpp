// SPDX-License-Identifier: Apache-2.0
#include "hw_model/chip/host_port.h"

namespace cortile {

HostPort::HostPort(const sc_core::sc_module_name& name, std::uint32_t source, Picoseconds interval)
    : sc_module(name), interface("interface", *this, {}), source_(source), interval_(interval) {}

void HostPort::produce(std::vector<SpikePacket>& out) {
    finish_ = 0;
    for (const std::uint32_t neuron : spikes_) {
        for (const std::uint32_t destination : axons_.destinations(neuron)) {
            finish_ += interval_;
            out.push_back({finish_, destination, source_});
        }
    }
    spikes_injected_ += spikes_.size();
}

}  // namespace cortile
