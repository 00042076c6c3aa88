// "May these addresses be mailed?": asked before a dispatch by whoever sends it.
#pragma once

#include "service/store/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace optledger {

struct SuppressionAnswer {
  std::optional<Suppression> rule;  // why not; absent: no rule forbids it
};

// One answer for each address, in their order. With a list: the rules that cover it; without: any rule at
// all. A rule of leaving that a later, confirmed consent has overtaken is none.
std::vector<SuppressionAnswer> check_suppressions(const std::vector<EmailAddress>& addresses,
                                                  const std::optional<std::string>& list,
                                                  const FingerprintKey& key, Store& store);

}  // namespace optledger
