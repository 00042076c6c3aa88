// The proof of one address on one list, for callers with the scope `proof`. Addresses never stand in a URL.
#pragma once

#include "service/http/route_parts.hpp"
#include "service/http/router.hpp"

namespace optledger::http {

class ProofRoutes {
 public:
  explicit ProofRoutes(RouteParts parts) : parts_(parts) {}
  void add_to(Router& router);

 private:
  Response look_up(const Call& call) const;
  Response answer(const Json& found, const std::string& format) const;

  RouteParts parts_;
};

}  // namespace optledger::http
