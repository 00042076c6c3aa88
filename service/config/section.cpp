#include "service/config/section.hpp"

#include "service/config/suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace optledger {
namespace {

std::optional<std::int64_t> integer_of(const Setting& setting) {
  if (setting.kind == Setting::Kind::integer) return setting.integer;
  if (setting.variable.empty()) return std::nullopt;
  std::int64_t value = 0;
  const char* end = setting.text.data() + setting.text.size();
  const auto [stop, error] = std::from_chars(setting.text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::string in_capitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

}  // namespace

void Mistakes::add(const Setting& at, std::string key, std::string what) {
  std::string where = at.variable;
  if (where.empty()) where = at.line > 0 ? fmt::format("{}:{}", file_name_, at.line) : file_name_;
  const int line = at.variable.empty() ? at.line : std::numeric_limits<int>::max();
  placed_.push_back({line, {std::move(where), std::move(key), std::move(what)}});
}

void Mistakes::add(ConfigError error) {
  placed_.push_back({std::numeric_limits<int>::max(), std::move(error)});
}

std::vector<ConfigError> Mistakes::sorted() const {
  std::vector<Placed> placed = placed_;
  std::stable_sort(placed.begin(), placed.end(),
                   [](const Placed& a, const Placed& b) { return a.line < b.line; });
  std::vector<ConfigError> errors;
  for (Placed& one : placed) errors.push_back(std::move(one.error));
  return errors;
}

Section::Section(const Setting& table, std::string kind, std::string path, Mistakes& mistakes)
    : table_(table), kind_(std::move(kind)), path_(std::move(path)), mistakes_(mistakes) {}

const Setting* Section::take(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  return table_.find(key);
}

const Setting* Section::take_kind(std::string_view key, Setting::Kind kind) {
  const Setting* setting = take(key);
  return setting != nullptr && is_kind(*setting, key, kind) ? setting : nullptr;
}

bool Section::is_kind(const Setting& setting, std::string_view key, Setting::Kind kind) {
  if (setting.kind == kind) return true;
  if (!setting.variable.empty()) {
    mistake(setting, key, fmt::format("{} cannot be set by a variable: write it in the file", to_text(kind)));
  } else {
    const std::string_view quotes = kind == Setting::Kind::text ? " in quotes" : "";
    mistake(setting, key,
            fmt::format("expected {}{}, found {}", to_text(kind), quotes, to_text(setting.kind)));
  }
  return false;
}

void Section::read_boolean(std::string_view key, bool& target) {
  const Setting* setting = take(key);
  if (setting == nullptr) return;
  if (setting->variable.empty()) {
    if (is_kind(*setting, key, Setting::Kind::boolean)) target = setting->boolean;
  } else if (setting->text == "true" || setting->text == "false") {
    target = setting->text == "true";
  } else {
    mistake(*setting, key, "expected true or false");
  }
}

void Section::read_integer(std::string_view key, int& target, int lowest, int highest) {
  const Setting* setting = take(key);
  if (setting == nullptr) return;
  const auto value = integer_of(*setting);
  if (!value) {
    const std::string found =
        setting->variable.empty() ? fmt::format(", found {}", to_text(setting->kind)) : "";
    mistake(*setting, key, "expected a whole number" + found);
  } else if (*value < lowest || *value > highest) {
    mistake(*setting, key, fmt::format("must be {} to {}", lowest, highest));
  } else {
    target = static_cast<int>(*value);
  }
}

void Section::read_by_language(std::string_view key, ByLanguage& target,
                               const std::function<Checked<std::string>(std::string_view)>& parse) {
  const Setting* table = take_kind(key, Setting::Kind::table);
  if (table == nullptr) return;
  for (const Setting& item : table->items) {
    const std::string item_key = fmt::format("{}.{}", key, item.name);
    if (item.name != "de" && item.name != "en") {
      mistake(item, item_key, "there are no templates for this language: use de or en");
    } else if (is_kind(item, item_key, Setting::Kind::text)) {
      if (auto value = parse(item.text)) {
        target[item.name] = *std::move(value);
      } else {
        mistake(item, item_key, std::move(value).error());
      }
    }
  }
  if (table->items.empty()) mistake(*table, key, "needs at least one language: de or en");
}

void Section::require(std::string_view key, std::string_view reason) {
  if (!has(key)) mistake(key, fmt::format("is missing: {}", reason));
}

void Section::mistake(const Setting& at, std::string_view key, std::string what) {
  mistakes_.add(at, full_key(key), std::move(what));
}

void Section::mistake(std::string_view key, std::string what) {
  const Setting* setting = table_.find(key);
  mistake(setting != nullptr ? *setting : table_, key, std::move(what));
}

void Section::refuse_unknown() {
  for (const Setting& item : table_.items) {
    if (std::find(known_.begin(), known_.end(), item.name) != known_.end()) continue;
    if (is_for_later(kind_, item.name)) {
      mistake(item, item.name, std::string(not_supported_yet));
    } else if (item.variable.empty()) {
      mistake(item, item.name, unknown(kind_.empty() ? "section" : "key", item.name, known_));
    } else {
      const auto near = nearest(item.name, known_);
      mistake(item, item.name,
              near ? fmt::format("names no setting; did you mean OPTLEDGER_{}_{}?", in_capitals(kind_),
                                 in_capitals(*near))
                   : "names no setting of this section");
    }
  }
}

std::string Section::full_key(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

}  // namespace optledger
