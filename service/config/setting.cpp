#include "service/config/setting.hpp"

#include "lib/base/text.hpp"
#include "service/config/suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace optledger {
namespace {

constexpr std::string_view prefix = "OPTLEDGER_";
constexpr std::string_view cleverreach = "cleverreach";

struct SettingName {
  std::string section, key;
};

// "OPTLEDGER_SERVER_PUBLIC_URL" -> server, public_url.
std::optional<SettingName> setting_name(std::string_view variable) {
  std::string rest(variable.substr(prefix.size()));
  for (const char c : rest) {
    if ((c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_') return std::nullopt;
  }
  rest = to_lower_ascii(rest);
  const std::size_t cut = rest.find('_');
  if (cut == std::string::npos || cut == 0 || cut + 1 == rest.size()) return std::nullopt;
  return SettingName{rest.substr(0, cut), rest.substr(cut + 1)};
}

void put(Setting& table, Setting setting) {
  if (Setting* there = table.find(setting.name)) {
    *there = std::move(setting);
  } else {
    table.items.push_back(std::move(setting));
  }
}

// Of all lists: usually they are groups of one account, and then one secret opens them.
std::vector<Setting*> cleverreach_tables(Setting& root) {
  std::vector<Setting*> tables;
  Setting* lists = root.find("list");
  if (lists == nullptr) return tables;
  for (Setting& list : lists->items) {
    Setting* table = list.find("cleverreach");
    if (table != nullptr && table->kind == Setting::Kind::table) tables.push_back(table);
  }
  return tables;
}

std::optional<std::string> refusal(const std::optional<SettingName>& name, Setting& root) {
  if (!name) return "names no setting: the form is OPTLEDGER_<SECTION>_<KEY> in capitals";
  if (name->section == "list") return "lists cannot be set by variables: write them in the file";
  if (name->section == "webhook") return "webhooks cannot be set by variables: write them in the file";
  if (name->section == cleverreach) {
    if (!cleverreach_tables(root).empty()) return std::nullopt;
    return "names no setting: no list has [list.cleverreach]";
  }
  const auto& sections = section_names();
  if (std::find(sections.begin(), sections.end(), name->section) != sections.end()) return std::nullopt;
  return unknown("section", name->section, sections);
}

// The tables that a variable of this section is for, made when it is one of the file's own sections.
std::vector<Setting*> tables_of(Setting& root, const std::string& section) {
  if (section == cleverreach) return cleverreach_tables(root);
  if (root.find(section) == nullptr) root.items.emplace_back().name = section;
  Setting* table = root.find(section);
  if (table->kind != Setting::Kind::table) return {};  // the section itself is the mistake
  return {table};
}

}  // namespace

const Setting* Setting::find(std::string_view key) const {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Setting& item) { return item.name == key; });
  return found == items.end() ? nullptr : &*found;
}

Setting* Setting::find(std::string_view key) { return const_cast<Setting*>(std::as_const(*this).find(key)); }

std::string_view to_text(Setting::Kind kind) {
  switch (kind) {
    case Setting::Kind::text:
      return "text";
    case Setting::Kind::integer:
      return "a number";
    case Setting::Kind::real:
      return "a number with a fraction";
    case Setting::Kind::boolean:
      return "true or false";
    case Setting::Kind::time:
      return "a date or time";
    case Setting::Kind::list:
      return "a list";
    case Setting::Kind::table:
      return "a table";
  }
  return "something else";
}

const std::vector<std::string>& section_names() {
  static const std::vector<std::string> names{"server", "controller", "storage", "mail",   "retention",
                                              "limits", "ledger",     "list",    "webhook"};
  return names;
}

std::vector<ConfigError> overlay_environment(Setting& root, const Environment& environment) {
  std::vector<ConfigError> mistakes;
  for (const auto& [variable, value] : environment) {
    if (!variable.starts_with(prefix) || variable == "OPTLEDGER_CONFIG") continue;
    const auto name = setting_name(variable);
    if (auto what = refusal(name, root)) {
      mistakes.push_back({variable, "", std::move(*what)});
      continue;
    }
    Setting setting;
    setting.kind = Setting::Kind::text;
    setting.name = name->key;
    setting.text = value;
    setting.variable = variable;
    for (Setting* table : tables_of(root, name->section)) put(*table, setting);
  }
  return mistakes;
}

}  // namespace optledger
