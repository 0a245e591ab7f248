// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "cores/datapath/semantics.h"

namespace cortile {

// `lif`: the commonest neurons by options, without equations of one's own (lif_options.h).
std::unique_ptr<const DatapathSemantics> make_lif_semantics();

}  // namespace cortile
