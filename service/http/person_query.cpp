#include "service/http/person_query.hpp"

#include "service/flows/look_up_proof.hpp"
#include "service/http/json_body.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace optledger::http {
namespace {

constexpr std::string_view common_members[] = {"email", "list", "reason"};

std::optional<Problem> check_members(const Json& body, const std::vector<std::string_view>& further) {
  if (!body.is_object()) return bad_member("", "The body must be a JSON object.");
  std::vector<std::string_view> known(std::begin(common_members), std::end(common_members));
  known.insert(known.end(), further.begin(), further.end());
  for (const auto& [name, value] : body.items()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return bad_member("",
                        fmt::format("There is an unknown member; this call has {}.", fmt::join(known, ", ")));
    }
    const bool is_common =
        std::find(std::begin(common_members), std::end(common_members), name) != std::end(common_members);
    if (is_common && !value.is_string()) return bad_member(name, name + " must be a text.");
  }
  if (!body.contains("email"))
    return bad_member("email", "Say who it is about: send email.", "missing-email");
  if (!body.contains("reason")) return bad_member("reason", "Say why: send reason.", "missing-reason");
  return std::nullopt;
}

}  // namespace

Problem bad_member(const std::string& member, const std::string& detail, const std::string& code) {
  return {422, code, "The request was not accepted", detail, member};
}

tl::expected<PersonQuery, Problem> read_person_query(const Request& request,
                                                     const std::vector<std::string_view>& further_members) {
  auto body = read_json_body(request);
  if (!body) return tl::unexpected(body.error());
  if (auto problem = check_members(*body, further_members)) return tl::unexpected(*problem);
  const auto address = EmailAddress::parse(body->at("email").get<std::string>());
  if (!address) {
    return tl::unexpected(
        bad_member("email", "Not an e-mail address: " + address.error() + ".", "invalid-email"));
  }
  const std::string reason = body->at("reason");
  if (const auto problem = problem_with_reason(reason)) {
    return tl::unexpected(bad_member("reason", "The reason " + *problem + ".", "invalid-reason"));
  }
  std::optional<std::string> list;
  if (body->contains("list")) list = body->at("list").get<std::string>();
  return PersonQuery{*address, std::move(list), reason, std::move(*body)};
}

}  // namespace optledger::http
