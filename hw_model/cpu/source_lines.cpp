// SPDX-License-Identifier: Apache-2.0
#include "hw_model/cpu/source_lines.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "hw_model/cpu/little_endian.h"

namespace cortile {

namespace {

using Bytes = std::span<const std::uint8_t>;

// What a table does not hold as it should.
struct Damaged : std::runtime_error {
    Damaged() : std::runtime_error("damaged line table") {}
};

class Cursor {
  public:
    explicit Cursor(Bytes bytes) : bytes_(bytes) {}

    bool at_end() const { return at_ == bytes_.size(); }
    std::size_t position() const { return at_; }
    Bytes take(std::size_t count) {
        if (bytes_.size() - at_ < count) {
            throw Damaged();
        }
        at_ += count;
        return bytes_.subspan(at_ - count, count);
    }
    template <typename Number>
    Number number() {
        return load_as<Number>(take(sizeof(Number)).data());
    }
    std::uint8_t byte() { return number<std::uint8_t>(); }
    std::uint64_t unsigned_leb() {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            const std::uint8_t part = byte();
            value |= shift < 64 ? std::uint64_t{part & 0x7Fu} << shift : 0;
            if ((part & 0x80) == 0) {
                return value;
            }
        }
    }
    std::int64_t signed_leb() {
        std::uint64_t value = 0;
        unsigned shift = 0;
        std::uint8_t part = 0x80;
        while (part & 0x80) {
            part = byte();
            value |= shift < 64 ? std::uint64_t{part & 0x7Fu} << shift : 0;
            shift += 7;
        }
        if ((part & 0x40) != 0 && shift < 64) {
            value |= ~std::uint64_t{0} << shift;
        }
        return static_cast<std::int64_t>(value);
    }
    std::string text() {
        std::string result;
        while (const std::uint8_t c = byte()) {
            result += static_cast<char>(c);
        }
        return result;
    }

  private:
    Bytes bytes_;
    std::size_t at_ = 0;
};

std::string text_at(Bytes section, std::size_t offset) {
    if (offset > section.size()) {
        throw Damaged();
    }
    return Cursor(section.subspan(offset)).text();
}

// Numbers of the standard: sections 7.5.6 (forms) and 7.22.
enum Form : std::uint64_t {
    form_data2 = 0x05,
    form_data4 = 0x06,
    form_string = 0x08,
    form_block = 0x09,
    form_data1 = 0x0B,
    form_strp = 0x0E,
    form_udata = 0x0F,
    form_data16 = 0x1E,
    form_line_strp = 0x1F,
};
constexpr std::uint64_t kPath = 1, kDirectory = 2;

struct Entry {
    std::string path;
    std::uint64_t directory = 0;
};

}  // namespace

// One table.
class SourceLines::Unit {
  public:
    Unit(Bytes bytes, Bytes line_strings, Bytes strings)
        : cursor_(bytes), line_strings_(line_strings), strings_(strings) {}

    void read(std::vector<std::string>& files, std::vector<Range>& ranges) {
        if (cursor_.number<std::uint16_t>() != 5) {
            return;
        }
        cursor_.take(2);  // sizes of addresses and segment selectors
        const auto header = cursor_.number<std::uint32_t>();
        const std::size_t program = cursor_.position() + header;
        least_instruction_ = cursor_.byte();
        cursor_.take(2);  // of VLIW machines; default of is_stmt
        line_base_ = static_cast<std::int8_t>(cursor_.byte());
        line_range_ = cursor_.byte();
        const std::uint8_t opcodes = cursor_.byte();
        if (line_range_ == 0 || opcodes == 0) {
            throw Damaged();
        }
        for (const std::uint8_t length : cursor_.take(opcodes - 1u)) {
            operands_.push_back(length);
        }
        const std::vector<Entry> directories = entries();
        first_file_ = static_cast<std::uint32_t>(files.size());
        for (const Entry& file : entries()) {
            const bool below = file.directory != 0 && file.directory < directories.size() &&
                               !file.path.starts_with('/');
            files.push_back(below ? directories[file.directory].path + "/" + file.path : file.path);
        }
        if (program < cursor_.position()) {
            throw Damaged();
        }
        cursor_.take(program - cursor_.position());
        while (!cursor_.at_end()) {
            execute(ranges);
        }
    }

  private:
    std::vector<Entry> entries() {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> formats(cursor_.byte());
        for (auto& [content, form] : formats) {
            content = cursor_.unsigned_leb();
            form = cursor_.unsigned_leb();
        }
        std::vector<Entry> result;
        for (std::uint64_t left = cursor_.unsigned_leb(); left > 0; --left) {
            Entry entry;
            for (const auto& [content, form] : formats) {
                read_form(form, content, entry);
            }
            result.push_back(std::move(entry));
        }
        return result;
    }

    void read_form(std::uint64_t form, std::uint64_t content, Entry& entry) {
        std::string text;
        std::uint64_t number = 0;
        switch (form) {
            case form_string:
                text = cursor_.text();
                break;
            case form_line_strp:
                text = text_at(line_strings_, cursor_.number<std::uint32_t>());
                break;
            case form_strp:
                text = text_at(strings_, cursor_.number<std::uint32_t>());
                break;
            case form_udata:
                number = cursor_.unsigned_leb();
                break;
            case form_data1:
                number = cursor_.byte();
                break;
            case form_data2:
                number = cursor_.number<std::uint16_t>();
                break;
            case form_data4:
                number = cursor_.number<std::uint32_t>();
                break;
            case form_data16:
                cursor_.take(16);
                break;
            case form_block:
                cursor_.take(cursor_.unsigned_leb());
                break;
            default:
                throw Damaged();
        }
        if (content == kPath) {
            entry.path = text;
        } else if (content == kDirectory) {
            entry.directory = number;
        }
    }

    // A row: the one before it reaches up to here.
    void emit(std::vector<Range>& ranges) {
        if (open_ && address_ > last_.first) {
            last_.end = address_;
            ranges.push_back(last_);
        }
        last_ = {address_, 0, first_file_ + file_, line_};
        open_ = true;
    }

    void advance(std::uint64_t steps) {
        address_ += static_cast<std::uint32_t>(steps * least_instruction_);
    }

    void execute(std::vector<Range>& ranges) {
        const std::uint8_t opcode = cursor_.byte();
        if (opcode > operands_.size()) {  // special
            const auto adjusted = static_cast<std::uint32_t>(opcode - operands_.size() - 1);
            advance(adjusted / line_range_);
            line_ +=
                static_cast<std::uint32_t>(line_base_ + static_cast<int>(adjusted % line_range_));
            return emit(ranges);
        }
        switch (opcode) {
            case 0:
                return execute_extended(ranges);
            case 1:  // copy
                return emit(ranges);
            case 2:
                return advance(cursor_.unsigned_leb());
            case 3:
                line_ += static_cast<std::uint32_t>(cursor_.signed_leb());
                return;
            case 4:
                file_ = static_cast<std::uint32_t>(cursor_.unsigned_leb());
                return;
            case 8:  // const_add_pc
                return advance((255 - operands_.size() - 1) / line_range_);
            case 9:  // fixed_advance_pc
                address_ += cursor_.number<std::uint16_t>();
                return;
            default:
                for (unsigned left = operands_[opcode - 1u]; left > 0; --left) {
                    cursor_.unsigned_leb();
                }
        }
    }

    void execute_extended(std::vector<Range>& ranges) {
        const std::uint64_t length = cursor_.unsigned_leb();
        Cursor content(cursor_.take(length));
        switch (content.byte()) {
            case 1:  // end_sequence
                emit(ranges);
                open_ = false;
                address_ = 0;
                file_ = line_ = 1;
                return;
            case 2:
                address_ = content.number<std::uint32_t>();
                return;
            default:
                return;
        }
    }

    Cursor cursor_;
    Bytes line_strings_, strings_;
    std::uint8_t least_instruction_ = 1, line_range_ = 1;
    int line_base_ = 0;
    std::vector<std::uint8_t> operands_;  // by standard opcode, from 1 on
    std::uint32_t first_file_ = 0;
    std::uint32_t address_ = 0, file_ = 1, line_ = 1;
    Range last_;
    bool open_ = false;  // last_ is a row of the present sequence
};

SourceLines::SourceLines(Bytes lines, Bytes line_strings, Bytes strings) {
    Cursor cursor(lines);
    try {
        while (!cursor.at_end()) {
            Unit unit(cursor.take(cursor.number<std::uint32_t>()), line_strings, strings);
            try {
                unit.read(files_, ranges_);
            } catch (const Damaged&) {
                continue;  // the next one may be whole
            }
        }
    } catch (const Damaged&) {
        // The rest cannot be found.
    }
    std::stable_sort(ranges_.begin(), ranges_.end(),
                     [](const Range& a, const Range& b) { return a.first < b.first; });
}

std::string SourceLines::find(std::uint32_t address) const {
    auto next = std::upper_bound(
        ranges_.begin(), ranges_.end(), address,
        [](std::uint32_t value, const Range& range) { return value < range.first; });
    if (next == ranges_.begin()) {
        return "";
    }
    --next;
    return address < next->end && next->file < files_.size()
               ? fmt::format("{}:{}", files_[next->file], next->line)
               : "";
}

}  // namespace cortile
