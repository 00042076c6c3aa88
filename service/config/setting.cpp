#include "service/config/setting.hpp"

#include "service/config/suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace optledger {
namespace {

constexpr std::string_view prefix = "OPTLEDGER_";

struct SettingName {
  std::string section, key;
};

// "OPTLEDGER_SERVER_PUBLIC_URL" -> server, public_url.
std::optional<SettingName> setting_name(std::string_view variable) {
  std::string rest(variable.substr(prefix.size()));
  for (char& c : rest) {
    if ((c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_') return std::nullopt;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const std::size_t cut = rest.find('_');
  if (cut == std::string::npos || cut == 0 || cut + 1 == rest.size()) return std::nullopt;
  return SettingName{rest.substr(0, cut), rest.substr(cut + 1)};
}

std::optional<std::string> refusal(const std::optional<SettingName>& name) {
  if (!name) return "names no setting: the form is OPTLEDGER_<SECTION>_<KEY> in capitals";
  if (name->section == "list") return "lists cannot be set by variables: write them in the file";
  if (name->section == "ledger") return std::string(not_supported_yet);
  const auto& sections = section_names();
  if (std::find(sections.begin(), sections.end(), name->section) != sections.end()) return std::nullopt;
  return unknown("section", name->section, sections);
}

void put(Setting& table, Setting setting) {
  if (Setting* there = table.find(setting.name)) {
    *there = std::move(setting);
  } else {
    table.items.push_back(std::move(setting));
  }
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
  static const std::vector<std::string> names{"server",    "controller", "storage", "mail",
                                              "retention", "limits",     "list"};
  return names;
}

std::vector<ConfigError> overlay_environment(Setting& root, const Environment& environment) {
  std::vector<ConfigError> mistakes;
  for (const auto& [variable, value] : environment) {
    if (!variable.starts_with(prefix) || variable == "OPTLEDGER_CONFIG") continue;
    const auto name = setting_name(variable);
    if (auto what = refusal(name)) {
      mistakes.push_back({variable, "", std::move(*what)});
      continue;
    }
    if (root.find(name->section) == nullptr) root.items.emplace_back().name = name->section;
    Setting& section = *root.find(name->section);
    if (section.kind != Setting::Kind::table) continue;  // the section itself is the mistake
    Setting setting;
    setting.kind = Setting::Kind::text;
    setting.name = name->key;
    setting.text = value;
    setting.variable = variable;
    put(section, std::move(setting));
  }
  return mistakes;
}

}  // namespace optledger
