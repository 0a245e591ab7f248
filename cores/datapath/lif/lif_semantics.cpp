// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/lif/lif_semantics.h"

#include "cores/datapath/equations/equations_semantics.h"
#include "cores/datapath/lif/lif_options.h"

namespace cortile {
namespace {

class LifSemantics final : public ProgramSemantics {
  public:
    std::string name() const override { return "lif"; }
    std::string description() const override {
        return "integer leaky integrate and fire; leak, order, overflow, reset and more by options";
    }
    ParameterSchema schema() const override { return lif_schema(); }
    SourceText program(const Parameters& options) const override {
        return {lif_program(lif_options(options)),
                options.where("reference.state_width") + ": the equations of these options"};
    }
};

}  // namespace

std::unique_ptr<const DatapathSemantics> make_lif_semantics() {
    return std::make_unique<LifSemantics>();
}

}  // namespace cortile
