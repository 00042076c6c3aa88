// One person, named by an authorised caller with a reason: the body of every operator's call. Addresses never
// stand in a URL.
#pragma once

#include "lib/person/email_address.hpp"
#include "service/http/answers.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger::http {

struct PersonQuery {
  EmailAddress address;
  std::optional<std::string> list;
  std::string reason;
  Json body;  // with the further members, not looked at yet
};

// {"email", "list"?, "reason"} and the further members this call allows; anything else is a 422 that says
// which member and why.
tl::expected<PersonQuery, Problem> read_person_query(const Request& request,
                                                     const std::vector<std::string_view>& further_members);

Problem bad_member(const std::string& member, const std::string& detail,
                   const std::string& code = "invalid-request");

}  // namespace optledger::http
