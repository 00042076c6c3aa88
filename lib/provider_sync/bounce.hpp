// A mailing that could not be delivered, as the provider remembers it.
#pragma once

#include "lib/base/instant.hpp"

#include <optional>
#include <string>

namespace optledger {

struct Bounce {
  std::string email;
  std::string category;  // "hardbounce", "permanent", …
  std::optional<Instant> at;
  std::string message;  // of the mailbox's host; may quote the address

  bool operator==(const Bounce&) const = default;
};

}  // namespace optledger
