// SPDX-License-Identifier: Apache-2.0
#include "cores/datapath/generic_semantics.h"

#include "cores/datapath/equations/equations_semantics.h"
#include "cores/datapath/lif/lif_semantics.h"

namespace cortile {

std::vector<const DatapathSemantics*> generic_semantics() {
    static const auto lif = make_lif_semantics();
    static const auto equations = make_equations_semantics();
    return {lif.get(), equations.get()};
}

}  // namespace cortile
