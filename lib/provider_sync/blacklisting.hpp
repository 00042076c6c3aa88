// An entry of the provider's blacklist, of the account or of the group.
#pragma once

#include "lib/base/instant.hpp"

#include <optional>
#include <string>

namespace optledger {

struct Blacklisting {
  // Mostly an address. The vendor's own shop plugins write "a@example.org-WooCommerce", which bars nobody.
  std::string text;
  std::string comment;
  std::optional<Instant> at;

  bool operator==(const Blacklisting&) const = default;
};

}  // namespace optledger
