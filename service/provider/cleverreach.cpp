#include "service/provider/cleverreach.hpp"

#include "lib/base/text.hpp"
#include "service/provider/json_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace optledger {

using cleverreach::Answer;
using cleverreach::Call;
using cleverreach::Read;

namespace {

// A path with anything else in it might mean another resource: DELETE …/receivers/clear, or …/receivers/
// alone, which once emptied whole groups.
void require_name(std::string_view who) {
  const bool is_id = !who.empty() && who.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_id && who.find('@') == std::string_view::npos) {
    throw std::invalid_argument("a receiver is named by its id or its address");
  }
}

std::string_view to_text(ReceiverKind kind) {
  switch (kind) {
    case ReceiverKind::all:
      return "all";
    case ReceiverKind::active:
      return "active";
    case ReceiverKind::inactive:
      return "inactive";
    case ReceiverKind::bounced:
      return "bounce";
  }
  return "";
}

std::string_view to_text(ReceiverTime which) {
  switch (which) {
    case ReceiverTime::activated:
      return "activated";
    case ReceiverTime::deactivated:
      return "deactivated";
    case ReceiverTime::bounced:
      return "bounced";
  }
  return "";
}

// Whether bounds are within the span is not known, so that they lie a second outside.
Json rules_of(std::string_view field, Instant from, Instant to) {
  const auto first = std::chrono::floor<std::chrono::seconds>(from).time_since_epoch().count();
  const auto last = std::chrono::ceil<std::chrono::seconds>(to).time_since_epoch().count();
  return {{{"field", field},
           {"logic", "bg"},
           {"condition", std::to_string(std::max<std::int64_t>(first - 1, 0))}},
          {{"field", field}, {"logic", "sm"}, {"condition", std::to_string(last + 1)}}};
}

}  // namespace

CleverReach::CleverReach(const CleverReachConfig& config, Entropy& entropy, std::stop_token abandon,
                         const CleverReachPatience& patience)
    : config_(config),
      api_(config_, patience, entropy, std::move(abandon)),
      largest_batch_(static_cast<std::size_t>(config.batch)) {}

std::string CleverReach::in_group(const std::string& rest) const {
  return "/v3/groups/" + config_.group + rest;
}

std::string CleverReach::path_of(std::string_view who) const {
  require_name(who);
  return in_group("/receivers/" + percent_encoded(who));
}

// Elsewhere 404 may mean that the group is gone, and then "is not there" would be a wrong comfort about
// somebody who is to be taken out.
bool CleverReach::says_not_there(const Answer& answer) {
  if (answer.status != 404) return false;
  const bool said = answer.words.find("invalid receiver") != std::string::npos;
  if (!said && !group()) throw ProviderRefused("CleverReach has no group " + config_.group);
  return true;
}

std::optional<Receiver> CleverReach::receiver(std::string_view who) {
  Answer answer;
  auto found =
      api_.ask({.doing = "read a receiver", .method = "GET", .path = path_of(who), .understood = {404}},
               [&](const Answer& came) -> Read<Receiver> {
                 answer = came;
                 return came.is_success() ? cleverreach::to_receiver(came.value) : Receiver();
               });
  if (says_not_there(answer)) return std::nullopt;
  return found;
}

std::vector<Receiver> CleverReach::receivers(ReceiverKind kind, int page, int size) {
  const auto query =
      fmt::format("?page={}&pagesize={}&type={}&detail=0&order_by=email%20asc", page, size, to_text(kind));
  return api_.ask({.doing = "read the group", .method = "GET", .path = in_group("/receivers" + query)},
                  cleverreach::to_receivers);
}

std::vector<Receiver> CleverReach::receivers_at(ReceiverTime which, Instant from, Instant to, int page,
                                                int size) {
  const std::string field(to_text(which));
  const Json filter{{"groups", {config_.group}},
                    {"operator", "AND"},
                    {"activeonly", false},
                    {"rules", rules_of(field, from, to)},
                    {"orderby", field + " asc"},
                    {"detail", 0},
                    {"page", page},
                    {"pagesize", size}};
  return api_.ask(
      {.doing = "look for changes", .method = "POST", .path = "/v3/receivers/filter", .body = filter},
      cleverreach::to_receivers);
}

// Without the times, which leaves the state alone, and without the tags, which would replace all there are.
std::optional<Receiver> CleverReach::update(std::string_view who, const DesiredReceiver& desired) {
  Json facts{{"attributes", desired.attributes}};
  if (!desired.source.empty()) facts["source"] = desired.source;
  Answer answer;
  auto written = api_.ask({.doing = "update a receiver",
                           .method = "PUT",
                           .path = path_of(who),
                           .body = std::move(facts),
                           .understood = {404}},
                          [&](const Answer& came) -> Read<Receiver> {
                            answer = came;
                            return came.is_success() ? cleverreach::to_receiver(came.value) : Receiver();
                          });
  if (says_not_there(answer)) return std::nullopt;
  return written;
}

ReceiverEffect CleverReach::activate(std::string_view who) {
  const auto answer = change({.doing = "activate a receiver",
                              .method = "PUT",
                              .path = path_of(who) + "/activate",
                              .understood = {403, 404}});
  if (says_not_there(answer)) return ReceiverEffect::not_there;
  if (answer.is_success()) return ReceiverEffect::done;
  if (is_barred(who)) return ReceiverEffect::barred;
  throw ProviderRefused("CleverReach refuses to activate a receiver: HTTP 403: " +
                        cleverreach::quotable(answer.words));
}

ReceiverEffect CleverReach::deactivate(std::string_view who) {
  const auto answer = change({.doing = "deactivate a receiver",
                              .method = "PUT",
                              .path = path_of(who) + "/deactivate",
                              .understood = {404}});
  return says_not_there(answer) ? ReceiverEffect::not_there : ReceiverEffect::done;
}

ReceiverEffect CleverReach::remove(std::string_view who) {
  const auto answer =
      change({.doing = "remove a receiver", .method = "DELETE", .path = path_of(who), .understood = {404}});
  return says_not_there(answer) ? ReceiverEffect::not_there : ReceiverEffect::done;
}

Answer CleverReach::change(const Call& call) {
  Answer answer;
  api_.ask(call, [&](const Answer& came) -> Read<bool> {
    answer = came;
    return came.is_success() ? cleverreach::to_done(came) : true;
  });
  return answer;
}

bool CleverReach::is_barred(std::string_view who) {
  const auto sought = fold_case(who);
  const auto rows = blacklist();
  return std::any_of(rows.begin(), rows.end(),
                     [&](const Blacklisting& row) { return sought && fold_case(row.text) == sought; });
}

std::optional<ProviderGroup> CleverReach::group() {
  return api_.ask({.doing = "read the group", .method = "GET", .path = in_group(""), .understood = {404}},
                  [](const Answer& answer) -> Read<std::optional<ProviderGroup>> {
                    if (!answer.is_success()) return std::optional<ProviderGroup>();
                    return cleverreach::to_group(answer.value).map([](ProviderGroup group) {
                      return std::optional(std::move(group));
                    });
                  });
}

std::vector<ProviderGroup> CleverReach::groups() {
  return api_.ask({.doing = "read the groups", .method = "GET", .path = "/v3/groups"},
                  cleverreach::to_groups);
}

ProviderGroup CleverReach::create_group(const std::string& name) {
  return api_.ask({.doing = "create a group",
                   .method = "POST",
                   .path = "/v3/groups",
                   .body = Json{{"name", name}},
                   .only_once = true},
                  [](const Answer& answer) { return cleverreach::to_group(answer.value); });
}

std::vector<ProviderAttribute> CleverReach::attributes() {
  auto all = api_.ask({.doing = "read attributes", .method = "GET", .path = in_group("/attributes")},
                      cleverreach::to_attributes);
  const auto global = api_.ask({.doing = "read attributes", .method = "GET", .path = "/v3/attributes"},
                               cleverreach::to_attributes);
  all.insert(all.end(), global.begin(), global.end());
  return all;
}

bool CleverReach::create_attribute(const std::string& name) {
  return api_.ask({.doing = "create an attribute",
                   .method = "POST",
                   .path = in_group("/attributes"),
                   .body = Json{{"name", name}, {"type", "text"}},
                   .understood = {409}},
                  [](const Answer& answer) -> Read<bool> {
                    return answer.is_success() ? cleverreach::to_done(answer) : false;
                  });
}

std::vector<Blacklisting> CleverReach::blacklist() {
  auto rows = api_.ask({.doing = "read the blacklist", .method = "GET", .path = "/v3/blacklist"},
                       cleverreach::to_blacklist);
  // Nobody but the vendor's reference tells of this one.
  const auto of_group =
      api_.ask({.doing = "read the group's blacklist",
                .method = "GET",
                .path = in_group("/blacklist"),
                .understood = {404, 405}},
               [](const Answer& answer) -> Read<std::vector<Blacklisting>> {
                 return answer.is_success() ? cleverreach::to_blacklist(answer) : std::vector<Blacklisting>();
               });
  rows.insert(rows.end(), of_group.begin(), of_group.end());
  return rows;
}

std::vector<Bounce> CleverReach::bounces(int page) {
  constexpr int largest_page = 100;
  return api_.ask({.doing = "read bounces",
                   .method = "GET",
                   .path = fmt::format("/v3/bounces?page={}&pagesize={}", page, largest_page)},
                  cleverreach::to_bounces);
}

tl::expected<ProviderHook, std::string> CleverReach::register_hook(const std::string& url,
                                                                   const std::string& verify) {
  const Call call{
      .doing = "register a hook",
      .method = "POST",
      .path = "/hooks/eventhook",
      .body = Json{{"url", url}, {"event", "receiver"}, {"condition", config_.group}, {"verify", verify}},
      .understood = {400, 409, 422}};
  Answer answer;
  const auto register_it = [&] {
    return api_.ask(call, [&](const Answer& came) -> Read<ProviderHook> {
      answer = came;
      return came.is_success() ? cleverreach::to_hook(came) : ProviderHook();
    });
  };
  auto hook = register_it();
  if (answer.status == 409) {  // as the vendor's own core does
    remove_hook();
    hook = register_it();
  }
  if (!answer.is_success()) return tl::unexpected(to_one_line(answer.words, 200));
  return hook;
}

bool CleverReach::remove_hook() {
  return api_.ask({.doing = "remove a hook",
                   .method = "DELETE",
                   .path = "/hooks/eventhook/receiver?condition=" + config_.group,
                   .understood = {404}},
                  [](const Answer& answer) -> Read<bool> {
                    return answer.is_success() ? cleverreach::to_done(answer) : false;
                  });
}

void CleverReach::validate() {
  api_.ask({.doing = "check the credentials", .method = "GET", .path = "/v3/debug/validate"},
           [](const Answer& answer) -> Read<bool> {
             if (answer.value.is_object() || cleverreach::is_truthy(answer.value)) return true;
             return tl::unexpected(std::string("true was expected"));
           });
}

ProviderAccount CleverReach::account() {
  return api_.ask({.doing = "read the account", .method = "GET", .path = "/v3/debug/whoami"},
                  cleverreach::to_account);
}

}  // namespace optledger
