// Where CleverReach calls: the handshake while the hook is registered, and its events.
#pragma once

#include "service/http/route_parts.hpp"
#include "service/http/router.hpp"

namespace optledger::http {

class ProviderHookRoutes {
 public:
  explicit ProviderHookRoutes(RouteParts parts) : parts_(parts) {}
  void add_to(Router& router);

 private:
  Response verify(const Call& call) const;
  Response take(const Call& call) const;

  RouteParts parts_;
};

}  // namespace optledger::http
