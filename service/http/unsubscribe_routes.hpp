// Leaving by the link in a newsletter. GET shows one button and writes nothing; POST ends the subscription,
// also as a mail client's one-click request (RFC 8058): no login, no cookie, no redirect, no second question.
#pragma once

#include "service/flows/leave.hpp"
#include "service/http/route_parts.hpp"
#include "service/http/router.hpp"

namespace optledger::http {

class UnsubscribeRoutes {
 public:
  explicit UnsubscribeRoutes(RouteParts parts) : parts_(parts) {}
  void add_to(Router& router);

 private:
  Response show(const Call& call) const;
  Response post(const Call& call) const;
  Response left_page(const Call& call, const UnsubscribeLink& link) const;
  Response dead_page(const Call& call, int status, DeadLink reason) const;
  std::string language_for(const Call& call, const std::optional<Signup>& consent) const;

  RouteParts parts_;
};

}  // namespace optledger::http
