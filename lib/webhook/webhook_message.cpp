#include "lib/webhook/webhook_message.hpp"

#include "lib/base/hash.hpp"
#include "lib/subscription/in_force.hpp"

#include <algorithm>

namespace optledger {
namespace {

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What endpoints call it; empty: nothing they are told of.
std::string_view event_of(const Json& record) {
  const auto kind = record_kind_from(record.at("kind").get_ref<const std::string&>());
  if (kind == RecordKind::confirmed) return "confirmed";
  if (kind == RecordKind::unsubscribed || kind == RecordKind::blocked) return "unsubscribed";
  return kind == RecordKind::erased ? "erased" : "";
}

bool is_wanted(const Json& record, const WebhookWishes& wishes) {
  const auto event = event_of(record);
  if (event.empty() || !has(wishes.events, event)) return false;
  return event == "erased" || wishes.lists.empty() || has(wishes.lists, record.at("list").get<std::string>());
}

bool is_in_force(const WebhookFacts& facts) {
  return facts.subscription && may_be_mailed(*facts.subscription, facts.rests_on, facts.rules);
}

bool still_holds(std::string_view event, const WebhookFacts& facts) {
  if (event == "erased") return true;
  if (!facts.signup) return false;
  const bool is_of_this = facts.subscription && facts.subscription->signup == facts.signup->id;
  return event == "confirmed" ? is_of_this && is_in_force(facts) : is_of_this || !is_in_force(facts);
}

std::string id_of(std::string_view endpoint, const Digest& entry) {
  std::string text("optledger webhook v1\n");
  text.append(endpoint).append("\n").append(as_chars(entry));
  return "msg_" + to_hex(sha256(text)).substr(0, 32);
}

Json data_of(std::string_view event, const Json& record, const WebhookWishes& wishes,
             const WebhookFacts& facts) {
  Json data{{"leaf_index", facts.leaf_index}, {"at", record.at("at")}};
  if (event == "erased") {
    data["cause"] = record.at("details").at("cause");
    data["leaf_indices"] = record.at("details").at("leaf_indices");
    return data;
  }
  data["list"] = record.at("list");
  data["fingerprint"] = to_hex(facts.signup->fingerprint.bytes);
  data["signup"] = to_hex(facts.signup->id);
  if (event == "unsubscribed") data["blocked"] = record.at("kind") == to_text(RecordKind::blocked);
  if (wishes.include_address) data["email"] = record.at("email");
  return data;
}

}  // namespace

bool is_wanted(std::string_view record, const WebhookWishes& wishes) {
  return is_wanted(Json::parse(record), wishes);
}

std::optional<WebhookMessage> webhook_message(std::string_view endpoint, const WebhookWishes& wishes,
                                              const WebhookFacts& facts) {
  const auto record = Json::parse(facts.record);
  const auto event = event_of(record);
  if (!is_wanted(record, wishes) || !still_holds(event, facts)) return std::nullopt;
  const Json body{
      {"type", event}, {"timestamp", record.at("at")}, {"data", data_of(event, record, wishes, facts)}};
  return WebhookMessage{id_of(endpoint, facts.entry), body.dump()};
}

}  // namespace optledger
