// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "testbench/unit/chip/bridge_fixture.h"

namespace cortile::test {

// An initiator that speaks the base protocol by non-blocking transport, and does as a test says.
class NonBlockingInitiator : public sc_core::sc_module {
  public:
    explicit NonBlockingInitiator(const sc_core::sc_module_name& name)
        : sc_module(name), socket("socket") {
        socket.register_nb_transport_bw(this, &NonBlockingInitiator::respond);
        SC_HAS_PROCESS(NonBlockingInitiator);
        SC_THREAD(run);
    }

    tlm_utils::simple_initiator_socket<NonBlockingInitiator> socket;
    std::function<void(NonBlockingInitiator&)> script;

    // Returns when the response has begun.
    tlm::tlm_response_status transport(tlm::tlm_command command, std::uint64_t address,
                                       std::vector<std::uint32_t>& words) {
        auto* payload = new tlm::tlm_generic_payload(&pool_);
        payload->acquire();
        Initiator::fill(*payload, command, address, words);
        tlm::tlm_phase phase = tlm::BEGIN_REQ;
        sc_core::sc_time delay;
        socket->nb_transport_fw(*payload, phase, delay);
        wait(done_);
        const tlm::tlm_response_status status = payload->get_response_status();
        payload->release();
        return status;
    }
    void pause(const sc_core::sc_time& time) { wait(time); }

  private:
    struct Pool : tlm::tlm_mm_interface {
        void free(tlm::tlm_generic_payload* payload) override { delete payload; }
    };

    void run() { script(*this); }
    tlm::tlm_sync_enum respond(tlm::tlm_generic_payload&, tlm::tlm_phase& phase,
                               sc_core::sc_time&) {
        if (phase != tlm::BEGIN_RESP) {
            return tlm::TLM_ACCEPTED;
        }
        done_.notify(sc_core::SC_ZERO_TIME);
        phase = tlm::END_RESP;
        return tlm::TLM_COMPLETED;
    }

    Pool pool_;
    sc_core::sc_event done_;
};

}  // namespace cortile::test
