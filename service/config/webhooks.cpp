#include "service/config/sections.hpp"
#include "service/config/urls.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

namespace optledger {
namespace {

constexpr std::array<std::string_view, 3> known_events{"confirmed", "unsubscribed", "erased"};

Checked<std::vector<WebhookSecret>> read_secrets(const std::filesystem::path& path) {
  const auto lines = read_secret_lines(path);
  if (!lines) return tl::unexpected(lines.error());
  std::vector<WebhookSecret> secrets;
  for (const auto& line : *lines) {
    auto secret = WebhookSecret::parse(line.reveal());
    if (!secret) return tl::unexpected("names a file in which each line " + secret.error());
    secrets.push_back(*std::move(secret));
  }
  return secrets;
}

Checked<std::string> parse_event(std::string_view text) {
  if (std::find(known_events.begin(), known_events.end(), text) == known_events.end()) {
    return tl::unexpected(fmt::format("must be of: {}", fmt::join(known_events, ", ")));
  }
  return std::string(text);
}

void read_lists_of(Section& section, const std::vector<ListConfig>& lists, WebhookConfig& webhook) {
  section.read_list("lists", webhook.lists, [&](std::string_view text) -> Checked<std::string> {
    const auto is_it = [&](const ListConfig& list) { return list.id == text; };
    if (std::none_of(lists.begin(), lists.end(), is_it))
      return tl::unexpected<std::string>("names no list of this file");
    return std::string(text);
  });
}

// parse_redirect has let http through on loopback alone.
void check_reach(Section& section, const WebhookConfig& webhook) {
  if (webhook.url.empty()) return;
  const auto start = webhook.url.find("://") + 3;
  const auto authority = webhook.url.substr(start, webhook.url.find('/', start) - start);
  const auto server = parse_host_port(authority, 443);
  const bool is_near = webhook.url.starts_with("http://") || (server && is_loopback(server->host));
  if (is_near && !webhook.allow_private) {
    section.mistake("url", "is on this machine: say allow_private = true when that is meant");
  }
}

// Whoever was told that somebody may be mailed would go on after they left, or were erased at once.
void check_events(Section& section, const WebhookConfig& webhook) {
  const auto has = [&](std::string_view event) {
    return std::find(webhook.events.begin(), webhook.events.end(), event) != webhook.events.end();
  };
  if (has("confirmed") && !(has("unsubscribed") && has("erased"))) {
    section.mistake("events", "with confirmed goes how it ends: add unsubscribed and erased");
  }
}

std::string path_of(const Setting& table, std::size_t number) {
  const Setting* id = table.find("id");
  const bool named = id != nullptr && id->kind == Setting::Kind::text && parse_id(id->text, 64);
  return fmt::format("webhook[{}]", named ? id->text : std::to_string(number));
}

WebhookConfig read_webhook(const Setting& table, std::string path, const std::vector<ListConfig>& lists,
                           const Place& place, Mistakes& mistakes) {
  WebhookConfig webhook;
  Section section(table, "webhook", std::move(path), mistakes);
  section.require("id", "what was sent is remembered by it");
  section.require("url", "somebody has to be told");
  section.require("secret_file", "a receiver believes nothing that is not signed");
  section.require("events", "say of what: confirmed, unsubscribed, erased");
  section.read("id", webhook.id, [](std::string_view text) { return parse_id(text, 64); });
  section.read("url", webhook.url, parse_redirect);
  webhook.secrets = read_webhook_secrets(section, "secret_file", place);
  section.read_list("events", webhook.events, parse_event);
  read_lists_of(section, lists, webhook);
  section.read_boolean("include_address", webhook.include_address);
  section.read_boolean("allow_private", webhook.allow_private);
  section.read("ca_file", webhook.ca_file, [&](std::string_view text) { return place.readable_file(text); });
  check_events(section, webhook);
  check_reach(section, webhook);
  section.refuse_unknown();
  return webhook;
}

}  // namespace

std::vector<WebhookSecret> read_webhook_secrets(Section& section, std::string_view key, const Place& place) {
  std::vector<WebhookSecret> secrets;
  section.read(key, secrets, [&](std::string_view file) { return read_secrets(place.resolve(file)); });
  return secrets;
}

std::vector<WebhookConfig> read_webhooks(const Setting* webhooks, const std::vector<ListConfig>& lists,
                                         const Place& place, Mistakes& mistakes) {
  std::vector<WebhookConfig> read;
  if (webhooks == nullptr) return read;
  if (webhooks->kind != Setting::Kind::list) {
    mistakes.add(*webhooks, "webhook", "write [[webhook]] in double brackets: there can be several");
    return read;
  }
  std::set<std::string> ids;
  for (const Setting& item : webhooks->items) {
    if (item.kind != Setting::Kind::table) {
      mistakes.add(item, "webhook", "expected [[webhook]] tables");
      continue;
    }
    read.push_back(read_webhook(item, path_of(item, read.size() + 1), lists, place, mistakes));
    const std::string& id = read.back().id;
    if (!id.empty() && !ids.insert(id).second)
      mistakes.add(item, "webhook.id", "two webhooks have the same id");
  }
  return read;
}

}  // namespace optledger
