// POST /v1/subscriptions: a subscription that rests on a legal permission instead of a consent, with its
// evidence. Whoever consents signs up (signup_routes.hpp).
#pragma once

#include "lib/subscription/permission.hpp"
#include "service/http/callers.hpp"
#include "service/http/field_errors.hpp"
#include "service/http/route_parts.hpp"
#include "service/http/router.hpp"

namespace optledger::http {

class PermissionRoutes {
 public:
  explicit PermissionRoutes(RouteParts parts) : parts_(parts) {}
  void add_to(Router& router);

 private:
  Response post(const Call& call) const;
  Response permit(const Permission& permission, const ApiKey& caller) const;

  RouteParts parts_;
};

}  // namespace optledger::http
