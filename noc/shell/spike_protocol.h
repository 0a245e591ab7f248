// SPDX-License-Identifier: Apache-2.0
// The TLM protocol of spikes: bursts of packets between network interfaces and the network-on-chip.
//
// Barrier-synchronised: in each timestep the network grants each interface once.
//   grant     nb_transport_bw, network -> interface: "inject what you have for this timestep";
//             returns TLM_COMPLETED after the interface has answered by
//   inject    b_transport, interface -> network, with `outgoing` filled, or not at all;
//   deliver   b_transport, network -> interface, with `arriving` in order of arrival.
// Packets carry their own time within the timestep, so the annotated delay stays zero. Calls may
// come from worker threads, for different interfaces at once; no callback may use the kernel.
#pragma once

#include <span>
#include <vector>

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm>

#include "noc/api/packet.h"

namespace cortile {

struct SpikeBurst {
    unsigned worker = 0;                           // thread slot of the call
    std::vector<SpikePacket>* outgoing = nullptr;  // inject: appended to by the interface
    std::span<const SpikePacket> arriving;         // deliver: valid during the call
};

struct SpikeProtocol {
    using tlm_payload_type = SpikeBurst;
    using tlm_phase_type = tlm::tlm_phase;
};

inline constexpr unsigned kSpikeSocketBits = 32;  // a spike message is 32 bits

template <typename Module>
using SpikeInitiatorSocket =
    tlm_utils::simple_initiator_socket<Module, kSpikeSocketBits, SpikeProtocol>;
template <typename Module>
using SpikeTargetSocket =
    tlm_utils::passthrough_target_socket<Module, kSpikeSocketBits, SpikeProtocol>;
template <typename Module>
using SpikeMultiInitiatorSocket =
    tlm_utils::multi_passthrough_initiator_socket<Module, kSpikeSocketBits, SpikeProtocol>;
template <typename Module>
using SpikeMultiTargetSocket =
    tlm_utils::multi_passthrough_target_socket<Module, kSpikeSocketBits, SpikeProtocol>;

}  // namespace cortile
