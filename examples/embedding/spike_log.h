// SPDX-License-Identifier: Apache-2.0
// A TLM-2.0 target as others write them: it takes output spikes as they come. Nothing of Cortile.
#pragma once

#include <tlm_utils/simple_target_socket.h>
#include <cstring>
#include <systemc>
#include <tlm>
#include <vector>

#include "spike_player.h"

class SpikeLog : public sc_core::sc_module {
  public:
    explicit SpikeLog(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") {
        socket.register_b_transport(this, &SpikeLog::take);
    }

    tlm_utils::simple_target_socket<SpikeLog> socket;

    const std::vector<ReceivedSpike>& received() const { return received_; }

  private:
    void take(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
        std::uint32_t words[8];
        if (!payload.is_write() || payload.get_data_length() != sizeof words) {
            payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
            return;
        }
        std::memcpy(words, payload.get_data_ptr(), sizeof words);
        received_.push_back(decode(words));
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }

    std::vector<ReceivedSpike> received_;
};
