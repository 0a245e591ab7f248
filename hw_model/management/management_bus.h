// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <systemc>
#include <tlm>

namespace cortile {

// One transaction as the bus saw it, at the times that its initiator had.
struct BusTransaction {
    sc_core::sc_time begin, end;
    sc_core::sc_time horizon;  // no transaction that is told of later began before this
    int initiator = 0;         // in the order of their ports
    bool write = false;
    std::uint32_t address = 0, bytes = 0;
    std::uint32_t first_word = 0;  // of the data
    bool okay = false;
};

// The management plane's bus: any TLM-2.0 initiator in, targets by address. Targets see addresses
// from their own start. What nobody answers to is an address error.
class ManagementBus : public sc_core::sc_module {
  public:
    struct Region {
        std::uint32_t first = 0, size = 0;  // bytes
        sc_core::sc_time latency;           // of a transaction
        bool memory = false;
        std::string name;
    };

    ManagementBus(const sc_core::sc_module_name& name);

    using Port = tlm_utils::simple_target_socket_tagged<ManagementBus>;
    // A socket for one more initiator, with blocking or non-blocking transport. Before the end of
    // elaboration.
    Port& port();

    // Before the end of elaboration. Regions must not overlap.
    template <typename Socket>
    void map(const Region& region, Socket& target) {
        add(region);
        to.bind(target);
    }
    // Called behind each transaction.
    void observe(std::function<void(const BusTransaction&)> observer) {
        observer_ = std::move(observer);
    }
    // Name of the region that holds `address`; empty: none.
    std::string region_at(std::uint32_t address) const;

    std::uint64_t words() const { return words_; }
    std::uint64_t memory_words() const { return memory_words_; }

  private:
    tlm_utils::multi_passthrough_initiator_socket<ManagementBus> to;

    void add(const Region& region);
    const Region* find(std::uint64_t address, std::uint64_t bytes) const;
    std::size_t index(const Region& region) const {
        return static_cast<std::size_t>(&region - regions_.data());
    }
    void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned transport_dbg(int initiator, tlm::tlm_generic_payload& payload);
    bool get_direct_mem_ptr(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);

    // A module of its own: sockets cannot be made outside of one.
    struct Entry : sc_core::sc_module {
        explicit Entry(const sc_core::sc_module_name& name) : sc_module(name), port("port") {}
        Port port;
    };
    std::vector<std::unique_ptr<Entry>> entries_;
    std::vector<Region> regions_;
    std::function<void(const BusTransaction&)> observer_;
    std::multiset<sc_core::sc_time> open_;  // begins of those under way
    std::uint64_t words_ = 0, memory_words_ = 0;
};

}  // namespace cortile
