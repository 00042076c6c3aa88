// What a program or officer with a key does on a person's behalf: unsubscribe, block, lift a block, erase,
// and ask who may not be mailed. Every call needs a reason that is kept.
#pragma once

#include "service/flows/erase_person.hpp"
#include "service/flows/leave.hpp"
#include "service/http/callers.hpp"
#include "service/http/person_query.hpp"
#include "service/http/route_parts.hpp"
#include "service/http/router.hpp"

namespace optledger::http {

class OperatorRoutes {
 public:
  explicit OperatorRoutes(RouteParts parts) : parts_(parts) {}
  void add_to(Router& router);

 private:
  tl::expected<OperatorRequest, Problem> request_of(const Call& call, const PersonQuery& query,
                                                    const ApiKey& caller) const;
  Response end(const Call& call, SuppressionKind kind) const;
  Response unblock(const Call& call) const;
  Response erase(const Call& call) const;
  Response check(const Call& call) const;

  RouteParts parts_;
};

}  // namespace optledger::http
