#include "lib/base/text.hpp"
#include "service/config/sections.hpp"
#include "service/config/urls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace optledger {
namespace {

constexpr std::array<std::string_view, 7> our_fields{"email",    "name",    "list",      "locale",
                                                     "purposes", "wording", "source_url"};

std::vector<std::string> languages_of(const ByLanguage& texts) {
  std::vector<std::string> languages;
  for (const auto& [language, text] : texts) languages.push_back(language);
  return languages;
}

// A page in one language must not ask for consent in another.
void check_languages(Section& section, std::string_view key, const ByLanguage& texts,
                     const ByLanguage& title) {
  if (texts.empty() || title.empty() || languages_of(texts) == languages_of(title)) return;
  section.mistake(key, "must have the same languages as title");
}

PurposeConfig read_purpose(const Setting& table, const std::string& path, Mistakes& mistakes) {
  PurposeConfig purpose;
  Section section(table, "purpose", path, mistakes);
  section.require("id", "records name a purpose by it");
  section.require("text", "people have to read what they agree to");
  section.read("id", purpose.id, [](std::string_view text) { return parse_id(text, 32); });
  section.read_by_language("text", purpose.text, parse_line);
  section.refuse_unknown();
  return purpose;
}

void read_purposes(Section& section, ListConfig& list) {
  const Setting* purposes = section.take_kind("purposes", Setting::Kind::list);
  if (purposes == nullptr) return;
  std::set<std::string> ids;
  for (const Setting& item : purposes->items) {
    if (item.kind != Setting::Kind::table) {
      section.mistake(item, "purposes", "expected tables such as { id = \"opens\", text = { de = \"…\" } }");
      continue;
    }
    PurposeConfig purpose = read_purpose(item, section.path() + ".purposes", section.mistakes());
    if (!purpose.id.empty() && !ids.insert(purpose.id).second) {
      section.mistake(item, "purposes", "two purposes have the same id");
    }
    if (!purpose.text.empty() && !list.title.empty() &&
        languages_of(purpose.text) != languages_of(list.title)) {
      section.mistake(item, "purposes", "its text must have the same languages as title");
    }
    list.purposes.push_back(std::move(purpose));
  }
}

Checked<std::string> parse_field_name(std::string_view text) {
  auto line = parse_line(text);
  if (!line) return line;
  if (count_characters(*line) > 64) return tl::unexpected<std::string>("must have at most 64 characters");
  return line;
}

// Two of our fields under one name of the form could not be told apart.
void check_fields_differ(Section& section, const ListConfig& list) {
  std::set<std::string> names;
  for (const std::string_view ours : our_fields) {
    const auto renamed = list.fields.find(std::string(ours));
    const std::string name = renamed == list.fields.end() ? std::string(ours) : renamed->second;
    if (!names.insert(name).second) {
      section.mistake("fields", fmt::format("two fields would have the form's name \"{}\"", name));
    }
  }
}

void read_fields(Section& section, ListConfig& list) {
  const Setting* table = section.take_kind("fields", Setting::Kind::table);
  if (table == nullptr) return;
  Section fields(*table, "fields", section.path() + ".fields", section.mistakes());
  for (const std::string_view ours : our_fields) {
    std::string name;
    fields.read(ours, name, parse_field_name);
    if (!name.empty()) list.fields.emplace(ours, std::move(name));
  }
  fields.refuse_unknown();
  check_fields_differ(section, list);
}

void read_redirects(Section& section, ListConfig& list) {
  const Setting* table = section.take_kind("redirects", Setting::Kind::table);
  if (table == nullptr) return;
  Section redirects(*table, "redirects", section.path() + ".redirects", section.mistakes());
  redirects.read("requested", list.requested_redirect, parse_redirect);
  redirects.refuse_unknown();
}

void read_cleverreach(Section& section, ListConfig& list, const Place& place) {
  const Setting* table = section.take_kind("cleverreach", Setting::Kind::table);
  if (table == nullptr) return;
  list.cleverreach = read_cleverreach(
      Section(*table, "cleverreach", section.path() + ".cleverreach", section.mistakes()), place);
}

void read_authentication(Section& section, ListConfig& list, const Place& place) {
  list.webhook_secrets = read_webhook_secrets(section, "webhook_secret_file", place);
  section.read_boolean("authenticated_only", list.authenticated_only);
  section.read("signup_url", list.signup_url, parse_link);
  if (section.has("signup_url") && !list.authenticated_only) {
    section.mistake("signup_url", "goes with authenticated_only = true: without it our own page has a form");
  }
}

// With one group for two lists, each would take the other's receivers for strangers.
void check_group_is_its_own(const std::vector<ListConfig>& lists, const Setting& table, Mistakes& mistakes) {
  const ListConfig& last = lists.back();
  if (!last.cleverreach || last.cleverreach->group.empty()) return;
  const bool taken = std::any_of(lists.begin(), lists.end() - 1, [&](const ListConfig& other) {
    return other.cleverreach && other.cleverreach->group == last.cleverreach->group &&
           other.cleverreach->base_url == last.cleverreach->base_url;
  });
  if (taken) {
    mistakes.add(*table.find("cleverreach"), fmt::format("list[{}].cleverreach.group", last.id),
                 "two lists have the same group");
  }
}

// What errors call the list: by its id when that can be read.
std::string path_of(const Setting& table, std::size_t number) {
  const Setting* id = table.find("id");
  const bool named = id != nullptr && id->kind == Setting::Kind::text && parse_id(id->text, 64);
  return fmt::format("list[{}]", named ? id->text : std::to_string(number));
}

ListConfig read_list(const Setting& table, std::string path, const Place& place, Mistakes& mistakes) {
  ListConfig list;
  Section section(table, "list", std::move(path), mistakes);
  section.require("id", "sign-ups name the list by it");
  section.require("title", "letters and pages name the newsletter by it");
  section.require("wording", "a consent without its wording proves nothing");
  section.read("id", list.id, [](std::string_view text) { return parse_id(text, 64); });
  section.read_by_language("title", list.title, parse_line);
  section.read_by_language("wording", list.wording,
                           [&](std::string_view file) { return place.reading_text(file); });
  const Setting* wording = table.find("wording");
  const bool wording_is_read = wording != nullptr && wording->items.size() == list.wording.size();
  if (wording_is_read) check_languages(section, "wording", list.wording, list.title);
  read_purposes(section, list);
  section.read_list("allowed_origins", list.allowed_origins, parse_origin);
  read_redirects(section, list);
  read_fields(section, list);
  read_cleverreach(section, list, place);
  read_authentication(section, list, place);
  section.refuse_unknown();
  return list;
}

}  // namespace

std::vector<ListConfig> read_lists(const Setting* lists, const Setting& root, const Place& place,
                                   Mistakes& mistakes) {
  std::vector<ListConfig> read;
  if (lists == nullptr || (lists->kind == Setting::Kind::list && lists->items.empty())) {
    mistakes.add(lists != nullptr ? *lists : root, "list", "at least one [[list]] is needed");
    return read;
  }
  if (lists->kind != Setting::Kind::list) {
    mistakes.add(*lists, "list", "write [[list]] in double brackets: there can be several");
    return read;
  }
  std::set<std::string> ids;
  for (const Setting& item : lists->items) {
    if (item.kind != Setting::Kind::table) {
      mistakes.add(item, "list", "expected [[list]] tables");
      continue;
    }
    read.push_back(read_list(item, path_of(item, read.size() + 1), place, mistakes));
    const std::string& id = read.back().id;
    if (!id.empty() && !ids.insert(id).second) mistakes.add(item, "list.id", "two lists have the same id");
    check_group_is_its_own(read, item, mistakes);
  }
  return read;
}

}  // namespace optledger
