#include "lib/base/text.hpp"
#include "service/config/sections.hpp"
#include "service/config/urls.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace optledger {
namespace {

constexpr Duration an_hour = std::chrono::hours{1};
constexpr Duration a_day = std::chrono::hours{24};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

Checked<std::string> parse_group(std::string_view text) {
  if (text.empty() || text.size() > 18 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return tl::unexpected<std::string>(
        "must be the number that CleverReach shows for the group, such as \"1939\"");
  }
  return std::string(text);
}

// Goes into HTTP Basic, where a colon ends it.
Checked<std::string> parse_client_id(std::string_view text) {
  const bool visible =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f && c != ':'; });
  if (!visible || text.empty() || text.size() > 200) {
    return tl::unexpected<std::string>(
        "must be the client id of an OAuth app: ASCII without spaces and colons");
  }
  return std::string(text);
}

// CleverReach brings names into this form; one that is not in it would never be found again.
Checked<std::string> parse_attribute(std::string_view text) {
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
  if (!plain || text.empty() || text.size() > 50 || !is_lower(text.front())) {
    return tl::unexpected<std::string>(
        "must be 1 to 50 of the characters a-z, 0-9 and _, beginning with a letter");
  }
  return std::string(text);
}

Checked<std::string> parse_attribute_or_none(std::string_view text) {
  return text.empty() ? std::string() : parse_attribute(text);
}

// Of other characters CleverReach makes "_", and a "-" in front takes the tag away instead.
Checked<std::string> parse_tag(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower(c) || is_capital(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
  });
  if (!plain || text.empty() || text.size() > 49 || text.front() == '-') {
    return tl::unexpected<std::string>("must be 1 to 49 letters, digits, _, - and ., not beginning with -");
  }
  return std::string(text);
}

void require_secret(Section& section) {
  if (section.has("client_secret_file") || section.has("client_secret")) return;
  section.mistake(
      "client_secret_file",
      "is missing: the file with the secret of the OAuth app (or OPTLEDGER_CLEVERREACH_CLIENT_SECRET)");
}

}  // namespace

CleverReachConfig read_cleverreach(Section section, const Place& place) {
  CleverReachConfig config;
  section.require("group", "receivers have to go somewhere");
  section.require("client_id", "CleverReach lets nobody in without one");
  require_secret(section);
  section.read("group", config.group, parse_group);
  section.read("client_id", config.client_id, parse_client_id);
  read_secret(section, "client_secret", config.client_secret, place);
  section.read("base_url", config.base_url, parse_public_url);
  section.read("ca_file", config.ca_file, [&](std::string_view text) { return place.readable_file(text); });
  section.read_integer("batch", config.batch, 1, 1000);
  section.read("source", config.source, parse_line);
  section.read("name_attribute", config.name_attribute, parse_attribute_or_none);
  section.read("unsubscribe_attribute", config.unsubscribe_attribute, parse_attribute);
  section.read_list("tags", config.tags, parse_tag);
  section.read("sync_interval", config.sync_interval,
               [](std::string_view text) { return parse_duration(text, an_hour); });
  section.read("poll_interval", config.poll_interval,
               [](std::string_view text) { return parse_duration(text, a_day); });
  if (config.name_attribute == config.unsubscribe_attribute) {
    section.mistake("unsubscribe_attribute", "must differ from name_attribute");
  }
  section.refuse_unknown();
  return config;
}

}  // namespace optledger
