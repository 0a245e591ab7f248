// SPDX-License-Identifier: Apache-2.0
#include "hw_model/chip/host_port.h"

#include "cores/blocks/packet_value.h"

namespace cortile {

HostPort::HostPort(const sc_core::sc_module_name& name, std::uint32_t source, Picoseconds interval,
                   bool multicast)
    : sc_module(name),
      interface("interface", *this, {}),
      source_(source),
      interval_(interval),
      sender_(multicast) {}

void HostPort::produce(std::vector<SpikePacket>& out) {
    if (relaying_) {
        return;
    }
    finish_ = 0;
    for (std::size_t i = 0; i < spikes_.size(); ++i) {
        const std::uint32_t value = values_.empty() ? 1 : packet_value(values_[i]);
        sender_.send(axons_.destinations(spikes_[i]), interval_, source_, value, finish_, out);
    }
    spikes_injected_ += spikes_.size();
}

}  // namespace cortile
