// The link in the letter. GET and HEAD look and write nothing; only a POST confirms, or cancels.
#pragma once

#include "service/flows/confirm.hpp"
#include "service/http/route_parts.hpp"
#include "service/http/router.hpp"

namespace optledger::http {

class ConfirmRoutes {
 public:
  explicit ConfirmRoutes(RouteParts parts) : parts_(parts) {}
  void add_to(Router& router);

 private:
  Response show(const Call& call) const;
  Response post(const Call& call) const;
  Response post_json(const Call& call) const;
  Response cancel(const Call& call, const Token& token, const Cancellation& cancellation) const;

  ConfirmResult confirm(const Call& call, const Token& token, const std::string& method) const;
  Response confirmed_page(const Call& call, const Signup& signup,
                          const std::optional<Subscription>& subscription) const;
  Response dead_page(const Call& call) const;
  Response unknown_page(const Call& call) const;
  std::string language_for(const Call& call, const std::optional<Signup>& signup) const;

  RouteParts parts_;
};

}  // namespace optledger::http
