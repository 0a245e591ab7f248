// SPDX-License-Identifier: Apache-2.0
#include "hw_model/management/gdb_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

constexpr unsigned kRegisters = 33;  // x0 to x31, pc
constexpr std::uint32_t kMostBytes = 0x1000, kMostPacket = 2 * kMostBytes + 64;
constexpr int kInterruptByte = 3;

struct NamedCsr {
    const char* name;
    Csr number;
};
// Numbered from kRegisters on.
constexpr std::array<NamedCsr, 8> kCsrs{{{"mstatus", Csr::mstatus},
                                         {"mie", Csr::mie},
                                         {"mtvec", Csr::mtvec},
                                         {"mscratch", Csr::mscratch},
                                         {"mepc", Csr::mepc},
                                         {"mcause", Csr::mcause},
                                         {"mtval", Csr::mtval},
                                         {"mip", Csr::mip}}};

std::string description() {
    std::string text =
        "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target>"
        "<architecture>riscv:rv32</architecture><feature name=\"org.gnu.gdb.riscv.cpu\">";
    for (unsigned x = 0; x < 32; ++x) {
        text += fmt::format("<reg name=\"x{}\" bitsize=\"32\" regnum=\"{}\"/>", x, x);
    }
    text +=
        "<reg name=\"pc\" bitsize=\"32\" type=\"code_ptr\" regnum=\"32\"/></feature>"
        "<feature name=\"org.gnu.gdb.riscv.csr\">";
    for (std::size_t i = 0; i < kCsrs.size(); ++i) {
        text += fmt::format("<reg name=\"{}\" bitsize=\"32\" regnum=\"{}\"/>", kCsrs[i].name,
                            kRegisters + i);
    }
    return text + "</feature></target>";
}

std::string hex(std::span<const std::uint8_t> bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += fmt::format("{:02x}", byte);
    }
    return text;
}

// In the order of memory: the lowest byte first.
std::string hex(std::uint32_t value) {
    return fmt::format("{:08x}", __builtin_bswap32(value));
}

// A number at the start of `text`, which it is taken from; nothing if there is none.
std::optional<std::uint32_t> take_number(std::string_view& text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}
bool take(std::string_view& text, char c) {
    const bool there = text.starts_with(c);
    text.remove_prefix(there ? 1 : 0);
    return there;
}
std::optional<std::uint32_t> take_word(std::string_view& text) {
    if (text.size() < 8) {
        return std::nullopt;
    }
    std::string_view digits = text.substr(0, 8);
    text.remove_prefix(8);
    const auto value = take_number(digits);
    return value && digits.empty() ? std::optional(__builtin_bswap32(*value)) : std::nullopt;
}

constexpr const char* kOkay = "OK";
constexpr const char* kError = "E01";

ConfigError socket_error(const std::string& what) {
    return ConfigError("--gdb", what, "choose another port, or 0 for a free one");
}

}  // namespace

GdbServer::GdbServer(std::uint16_t port, ReadMemory read, WriteMemory write,
                     std::function<bool()> wants_end)
    : read_(std::move(read)), write_(std::move(write)), wants_end_(std::move(wants_end)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener_ < 0) {
        throw socket_error("no socket can be made");
    }
    const int yes = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_, 1) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        close(listener_);
        throw socket_error(fmt::format("port {} cannot be used", port));
    }
    port_ = ntohs(address.sin_port);
}

GdbServer::~GdbServer() {
    drop();
    close(listener_);
}

void GdbServer::accept() {
    if (!wait_for(listener_)) {
        return;
    }
    client_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client_ < 0) {
        throw socket_error("no debugger could connect");
    }
    const int yes = 1;
    setsockopt(client_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    told_ = true;  // it begins stopped, and asks why
}

void GdbServer::drop() {
    if (client_ >= 0) {
        close(client_);
        client_ = -1;
        buffer_.clear();
        at_ = 0;
    }
}

// False: the run is to end.
bool GdbServer::wait_for(int socket) const {
    constexpr int kMilliseconds = 200;  // a signal may come before poll() begins
    pollfd waiting{socket, POLLIN, 0};
    while (!wants_end_()) {
        if (poll(&waiting, 1, kMilliseconds) > 0) {
            return true;
        }
    }
    return false;
}

// -1: the debugger is gone.
int GdbServer::byte() {
    if (at_ == buffer_.size()) {
        buffer_.resize(kMostPacket);
        const ssize_t got = client_ >= 0 && wait_for(client_)
                                ? recv(client_, buffer_.data(), buffer_.size(), 0)
                                : 0;
        buffer_.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        at_ = 0;
        if (buffer_.empty()) {
            drop();
            return -1;
        }
    }
    return buffer_[at_++];
}

// $content#checksum
std::string GdbServer::receive() {
    for (;;) {
        int c = byte();
        while (c >= 0 && c != '$') {
            c = byte();
        }
        std::string content;
        unsigned sum = 0;
        for (c = byte(); c >= 0 && c != '#'; c = byte()) {
            if (content.size() == kMostPacket) {  // more than it was told that there may be
                drop();
                return "";
            }
            content += static_cast<char>(c);
            sum += static_cast<unsigned>(c);
        }
        const int high = byte(), low = byte();
        if (low < 0) {
            return "";
        }
        const std::string text{static_cast<char>(high), static_cast<char>(low)};
        if (text == fmt::format("{:02x}", sum & 0xFF)) {
            (void)::send(client_, "+", 1, MSG_NOSIGNAL);
            return content;
        }
        (void)::send(client_, "-", 1, MSG_NOSIGNAL);
    }
}

void GdbServer::send(const std::string& content) {
    unsigned sum = 0;
    for (const char c : content) {
        sum += static_cast<std::uint8_t>(c);
    }
    const std::string packet = fmt::format("${}#{:02x}", content, sum & 0xFF);
    if (client_ >= 0 && ::send(client_, packet.data(), packet.size(), MSG_NOSIGNAL) !=
                            static_cast<ssize_t>(packet.size())) {
        drop();
    }
}

bool GdbServer::interrupted() {
    pollfd waiting{client_, POLLIN, 0};
    while (client_ >= 0 && (at_ < buffer_.size() || poll(&waiting, 1, 0) > 0)) {
        const int c = byte();
        if (c == kInterruptByte) {
            interrupting_ = true;
            return true;
        }
    }
    return false;
}

void GdbServer::exited(std::uint32_t code) {
    send(fmt::format("W{:02x}", code & 0xFF));
}

GdbServer::Resume GdbServer::stopped(Processor& processor, Processor::Stop stop) {
    if (!told_) {
        send(stop_reply(processor, stop));
    }
    interrupting_ = false;
    told_ = false;
    while (attached()) {
        const std::string packet = receive();
        if (packet.empty()) {
            break;
        }
        if (const auto resume = answer(packet, processor)) {
            return *resume;
        }
    }
    return Resume::run;
}

std::string GdbServer::stop_reply(const Processor& processor, Processor::Stop stop) const {
    if (stop == Processor::Stop::watchpoint) {
        return fmt::format("T05awatch:{:x};", processor.watched());
    }
    if (stop == Processor::Stop::no_handler) {
        return processor.fault().cause == Cause::illegal_instruction ? "S04" : "S0b";
    }
    return interrupting_ ? "S02" : "S05";
}

std::optional<GdbServer::Resume> GdbServer::answer(const std::string& packet,
                                                   Processor& processor) {
    const std::string rest = packet.substr(1);
    switch (packet[0]) {
        case '?':
            send("S05");
            break;
        case 'g':
            send(registers(processor));
            break;
        case 'G':
            send(set_registers(rest, processor));
            break;
        case 'p':
            send(one_register(rest, processor));
            break;
        case 'P':
            send(set_one_register(rest, processor));
            break;
        case 'm':
            send(read_memory(rest));
            break;
        case 'M':
            send(write_memory(rest, processor));
            break;
        case 'Z':
        case 'z':
            send(breakpoint(packet, processor));
            break;
        case 'H':
            send(kOkay);
            break;
        case 'c':
            return Resume::run;
        case 's':
            return Resume::step;
        case 'k':
            drop();
            return Resume::kill;
        case 'D':
            send(kOkay);
            drop();
            return Resume::run;
        default:
            send(query(packet));
    }
    return std::nullopt;
}

std::string GdbServer::query(const std::string& packet) const {
    if (packet.starts_with("qSupported")) {
        return fmt::format("PacketSize={:x};qXfer:features:read+", kMostPacket);
    }
    if (packet == "qAttached") {
        return "1";
    }
    constexpr std::string_view kTarget = "qXfer:features:read:target.xml:";
    if (!packet.starts_with(kTarget)) {
        return "";  // not supported
    }
    std::string_view range = std::string_view(packet).substr(kTarget.size());
    const auto offset = take_number(range);
    const bool comma = take(range, ',');
    const auto length = take_number(range);
    const std::string text = description();
    if (!offset || !comma || !length || *offset > text.size()) {
        return kError;
    }
    const std::string part = text.substr(*offset, *length);
    return (*offset + part.size() == text.size() ? "l" : "m") + part;
}

std::string GdbServer::registers(const Processor& processor) const {
    std::string text;
    for (unsigned x = 0; x < 32; ++x) {
        text += hex(processor.x(x));
    }
    return text + hex(processor.pc());
}

std::string GdbServer::set_registers(const std::string& text, Processor& processor) {
    std::string_view rest = text;
    for (unsigned x = 0; x < 32; ++x) {
        const auto value = take_word(rest);
        if (!value) {
            return kError;
        }
        processor.set_x(x, *value);
    }
    if (const auto pc = take_word(rest)) {
        processor.set_pc(*pc);
    }
    return kOkay;
}

std::string GdbServer::one_register(const std::string& number, const Processor& processor) const {
    std::string_view rest = number;
    const auto index = take_number(rest);
    if (!index || *index >= kRegisters + kCsrs.size()) {
        return kError;
    }
    return hex(*index < 32           ? processor.x(*index)
               : *index < kRegisters ? processor.pc()
                                     : processor.csr(kCsrs[*index - kRegisters].number).value());
}

std::string GdbServer::set_one_register(const std::string& assignment, Processor& processor) {
    std::string_view rest = assignment;
    const auto index = take_number(rest);
    const bool equals = take(rest, '=');
    const auto value = take_word(rest);
    if (!index || !equals || !value || *index >= kRegisters) {
        return kError;
    }
    if (*index < 32) {
        processor.set_x(*index, *value);
    } else {
        processor.set_pc(*value);
    }
    return kOkay;
}

std::string GdbServer::read_memory(const std::string& range) {
    std::string_view rest = range;
    const auto address = take_number(rest);
    const bool comma = take(rest, ',');
    const auto bytes = take_number(rest);
    if (!address || !comma || !bytes || *bytes > kMostBytes) {
        return kError;
    }
    std::vector<std::uint8_t> content(*bytes);
    return read_(*address, content) ? hex(content) : kError;
}

std::string GdbServer::write_memory(const std::string& assignment, Processor& processor) {
    std::string_view rest = assignment;
    const auto address = take_number(rest);
    const bool comma = take(rest, ',');
    const auto bytes = take_number(rest);
    if (!address || !comma || !bytes || !take(rest, ':') ||
        rest.size() != 2 * std::size_t{*bytes}) {
        return kError;
    }
    std::vector<std::uint8_t> content;
    for (std::size_t i = 0; i < *bytes; ++i) {
        std::string_view digits = rest.substr(2 * i, 2);
        const auto value = take_number(digits);
        if (!value || !digits.empty()) {
            return kError;
        }
        content.push_back(static_cast<std::uint8_t>(*value));
    }
    const bool written = write_(*address, content);
    processor.forget_code();
    return written ? kOkay : kError;
}

// Z or z (set or clear), kind, address, bytes: "Z0,80000010,4".
std::string GdbServer::breakpoint(const std::string& packet, Processor& processor) {
    std::string_view rest = std::string_view(packet).substr(1);
    const bool set = packet[0] == 'Z';
    const auto kind = take_number(rest);
    const bool first = take(rest, ',');
    const auto address = take_number(rest);
    const bool second = take(rest, ',');
    const auto bytes = take_number(rest);
    if (!kind || !first || !address || !second || !bytes || *kind > 4) {
        return kind && *kind > 4 ? "" : kError;
    }
    if (*kind <= 1) {
        processor.set_breakpoint(*address, set);
        return kOkay;
    }
    const Processor::Watch watch{*address, *bytes, *kind != 2, *kind != 3};
    set ? processor.add_watch(watch) : processor.remove_watch(watch);
    return kOkay;
}

}  // namespace cortile
