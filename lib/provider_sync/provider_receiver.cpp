#include "lib/provider_sync/provider_receiver.hpp"

#include <stdexcept>

namespace optledger {

std::string_view to_text(Acknowledged acknowledged) {
  switch (acknowledged) {
    case Acknowledged::never:
      return "never";
    case Acknowledged::unknown:
      return "unknown";
    case Acknowledged::active:
      return "active";
    case Acknowledged::inactive:
      return "inactive";
  }
  return {};
}

Acknowledged acknowledged_from(std::string_view text) {
  for (const auto one :
       {Acknowledged::never, Acknowledged::unknown, Acknowledged::active, Acknowledged::inactive}) {
    if (text == to_text(one)) return one;
  }
  throw std::invalid_argument("unknown state of a receiver in the database");
}

}  // namespace optledger
