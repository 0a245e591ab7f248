// SPDX-License-Identifier: Apache-2.0
#include "rtl/synthesis/timing_analysis.h"

#include <fmt/format.h>

#include <sstream>

#include "hw_model/base/error.h"

namespace cortile {

namespace {

// What follows is known of OpenSTA 2.0.17 (2019), the one that Debian 12 has:
// - set_power_activity -pins fails, there is no read_saif, and activities of inner pins are
//   overwritten; its power of clock pins is twice what the tables say. Hence it is not asked for
//   power.
// - report_worst_slack knows no -max and report_units does not exist; find_timing_paths is the same
//   in old and new.
// - A driving cell at the clock port gives the clock a transition of many nanoseconds, though the
//   clock is ideal.
// - Names of properties differ between versions; report_slews does not.
constexpr const char* kProcedures = R"tcl(
set_cmd_units -time ns
proc constrain {period clock} {
    if {$clock eq ""} {
        create_clock -name cortile_clock -period $period
    } else {
        create_clock -name cortile_clock -period $period [get_ports $clock]
    }
}
proc worst_path {} {
    set worst {}
    set slack 1e30
    foreach path [find_timing_paths -path_delay max] {
        if {[get_property $path slack] < $slack} {
            set worst $path
            set slack [get_property $path slack]
        }
    }
    return $worst
}
proc slack_of {path} {
    return [expr {$path eq "" ? 1e30 : [get_property $path slack]}]
}
proc slews_of {pin} {
    if {![catch {list [get_property $pin actual_rise_transition_max] \
                     [get_property $pin actual_fall_transition_max]} slews]} {
        return $slews
    }
    with_output_to_variable text "report_slews {[get_full_name $pin]}"
    if {[regexp {\^ \S+:(\S+) v \S+:(\S+)} $text all rise fall]} {
        return [list $rise $fall]
    }
    return {}
}
)tcl";

constexpr const char* kAnswers = R"tcl(
set worst [worst_path]
puts $out "slack [slack_of $worst]"
if {$worst ne ""} {
    puts $out "path [get_full_name [get_property $worst startpoint]]\
        [get_full_name [get_property $worst endpoint]]"
}
set sta_report_default_digits 6
foreach pin [concat [get_pins */*] [get_ports *]] {
    set slews [slews_of $pin]
    if {[llength $slews] == 2} {
        puts $out "slew [get_full_name $pin] $slews"
    }
}
)tcl";

// Some paths have half a period, so that the slack is no simple function of the period: bisection.
constexpr const char* kLeastPeriod = R"tcl(
set low 0.0
set high $period
while {[slack_of [worst_path]] < 0 && $high < 1e6} {
    set low $high
    set high [expr {$high * 2}]
    constrain $high $clock
}
for {set i 0} {$i < 24} {incr i} {
    set middle [expr {($low + $high) / 2}]
    constrain $middle $clock
    if {[slack_of [worst_path]] < 0} { set low $middle } else { set high $middle }
}
puts $out "least_period $high"
close $out
puts "cortile: answered"
)tcl";

}  // namespace

std::string timing_script(const TimingQuestion& question) {
    std::string text = fmt::format("read_liberty {{{}}}\nread_verilog {{{}}}\nlink_design {}\n",
                                   question.liberty, question.netlist, question.top);
    text += kProcedures;
    text += fmt::format("set clock {{{}}}\nset period {:.9g}\nset out [open {{{}}} w]\n",
                        question.clock, question.period * 1e9, question.answers);
    text +=
        "set inputs {}\n"
        "foreach port [all_inputs] {\n"
        "    if {[get_full_name $port] ne $clock} { lappend inputs $port }\n"
        "}\n"
        "constrain $period $clock\n"
        "set_input_delay 0 -clock cortile_clock $inputs\n"
        "set_output_delay 0 -clock cortile_clock [all_outputs]\n";
    text += fmt::format("set_driving_cell -lib_cell {} -pin {} $inputs\n", question.driver,
                        question.driver_pin);
    if (!question.clock.empty()) {
        text += fmt::format("set_input_transition {:.9g} [get_ports $clock]\n",
                            question.clock_slew * 1e9);
    }
    text += kAnswers;
    text += fmt::format("write_sdf -digits 6 {{{}}}\n", question.sdf);
    return text + kLeastPeriod;
}

TimingAnswers parse_timing_answers(const std::string& text, const std::string& where) {
    TimingAnswers answers;
    bool complete = false;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string kind;
        words >> kind;
        if (kind == "slack") {
            words >> answers.slack;
            answers.slack *= 1e-9;
        } else if (kind == "least_period") {
            complete = static_cast<bool>(words >> answers.least_period);
            answers.least_period *= 1e-9;
        } else if (kind == "path") {
            words >> answers.start >> answers.end;
        } else if (kind == "slew") {
            std::string pin;
            PinSlews slews;
            words >> pin >> slews.rise >> slews.fall;
            const std::size_t slash = pin.rfind('/');
            const bool port = slash == std::string::npos;
            answers.slews[{port ? std::string() : pin.substr(0, slash),
                           port ? pin : pin.substr(slash + 1)}] = {slews.rise * 1e-9,
                                                                   slews.fall * 1e-9};
        }
        if (words.fail()) {
            throw ConfigError(where, fmt::format("cannot read '{}'", line),
                              "try another version of OpenSTA (sta -version)");
        }
    }
    if (!complete) {
        throw ConfigError(where, "the timing analysis did not finish",
                          "timing.log beside it says why");
    }
    return answers;
}

}  // namespace cortile
