// The texts within an element: what runs together stands in one paragraph, what a browser would begin on a
// new line in a paragraph of its own.
#pragma once

#include "service/pdf/markup.hpp"
#include "service/pdf/paragraph.hpp"

#include <vector>

namespace optledger::pdf {

// True of elements, and of classes of elements, that begin on a line of their own.
bool is_block(const Node& node);

// The style of what stands within `node`, when what stands around it has `around`.
Style style_within(const Node& node, const Style& around);

std::vector<Text> texts_of(const Node& node, const Style& style);

}  // namespace optledger::pdf
