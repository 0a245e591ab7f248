// SPDX-License-Identifier: Apache-2.0
// What a module looks like from outside, and which registers it has: out of Verilator's own reading
// of it. For a first datapath.yaml (datapath_skeleton.h).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cortile {

struct SurveyedSignal {
    std::string name;
    bool input = false;                // of a port
    unsigned width = 1, elements = 0;  // of one element of an unpacked array; 0: no array
    unsigned lanes = 0;                // of a packed array, logic [3:0][15:0]: 4; 0: none
    bool is_signed = false;
};

struct SurveyedEdge {
    std::string port;  // an input
    bool rising = true;
};

struct ModuleSurvey {
    std::string top;
    std::vector<SurveyedSignal> ports;  // in the order of the module
    // What is assigned at clock edges, with its place ("neuron.acc"), ports among them.
    std::vector<SurveyedSignal> registers;
    std::vector<SurveyedEdge> edges;  // inputs at whose edges anything happens
    std::vector<std::pair<std::string, std::string>> parameters;  // of the top module; default
};

struct SurveyRequest {
    std::vector<std::filesystem::path> sources;
    std::string top;       // empty: the only module that no other one instantiates
    bool verilog = false;  // DatapathDescription::verilog
};

// Throws ConfigError: Verilator is missing or refuses the sources, or there is more than one top.
ModuleSurvey survey_module(const SurveyRequest& request);

}  // namespace cortile
