#include "service/provider/cleverreach_answers.hpp"
#include "service/provider/json_fields.hpp"

namespace optledger::cleverreach {
namespace {

constexpr std::size_t longest_email = 1000;  // whatever stands there, it is no address any more

// PHP writes a list with gaps as an object, and an object without members as [].
template <class Add>
void for_each_member(const Json& value, Add add) {
  if (!value.is_object() && !value.is_array()) return;
  for (const auto& [name, item] : value.items()) add(name, item);
}

Attributes to_attribute_values(const Json& value) {
  Attributes attributes;
  if (!value.is_object()) return attributes;
  for_each_member(value, [&](const std::string& name, const Json& item) {
    if (auto text = to_text(item)) attributes.emplace(*to_text(Json(name)), *std::move(text));
  });
  return attributes;
}

std::optional<std::vector<std::string>> to_tags(const Json& value) {
  if (!value.is_array() && !value.is_object()) return std::nullopt;
  std::vector<std::string> tags;
  for_each_member(value, [&](const std::string&, const Json& item) {
    if (auto text = to_text(item)) tags.push_back(*std::move(text));
  });
  return tags;
}

// The events of an address are told with its receiver in every group.
std::optional<Instant> newest_leaving(const Json& events, const Json& group) {
  std::optional<Instant> newest;
  for_each_member(events, [&](const std::string&, const Json& event) {
    if (to_text(member(event, "type")) != "user_unsubscribe") return;
    const auto other = to_id(member(event, "groups_id"));
    if (other && other != to_id(group)) return;
    const auto at = to_instant(member(event, "stamp"));
    if (at && (!newest || *at > *newest)) newest = at;
  });
  return newest;
}

}  // namespace

Read<Receiver> to_receiver(const Json& value) {
  auto id = to_id(member(value, "id"));
  if (!id) return tl::unexpected(std::string("a receiver without an id"));
  auto email = to_text(member(value, "email"));
  if (!email || email->empty() || email->size() > longest_email) {
    return tl::unexpected(std::string("a receiver without an address"));
  }
  Receiver receiver;
  receiver.id = *std::move(id);
  receiver.email = *std::move(email);
  receiver.registered = to_instant(member(value, "registered"));
  receiver.activated = to_instant(member(value, "activated"));
  receiver.deactivated = to_instant(member(value, "deactivated"));
  receiver.bounced = to_instant(member(value, "bounced"));
  receiver.last_changed = to_instant(member(value, "last_changed"));
  receiver.left_in_person = newest_leaving(member(value, "events"), member(value, "group_id"));
  const Json& active = member(value, "active");
  receiver.active = active.is_null() ? receiver.activated && !receiver.deactivated : is_truthy(active);
  receiver.source = to_text(member(value, "source")).value_or("");
  receiver.attributes = to_attribute_values(member(value, "attributes"));
  receiver.global_attributes = to_attribute_values(member(value, "global_attributes"));
  receiver.tags = to_tags(member(value, "tags"));
  return receiver;
}

}  // namespace optledger::cleverreach
