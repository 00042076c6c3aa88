// The only file that knows toml++. Debian's shared library is built with exceptions, so a mistake in the file
// arrives as one; it leaves as a value.
#include "service/config/setting.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

namespace optledger {
namespace {

Setting to_setting(const toml::node& node, std::string name) {
  Setting setting;
  setting.name = std::move(name);
  setting.line = static_cast<int>(node.source().begin.line);
  if (const auto* table = node.as_table()) {
    for (const auto& [key, item] : *table) setting.items.push_back(to_setting(item, std::string(key.str())));
  } else if (const auto* list = node.as_array()) {
    setting.kind = Setting::Kind::list;
    for (const auto& item : *list) setting.items.push_back(to_setting(item, ""));
  } else if (const auto* text = node.as_string()) {
    setting.kind = Setting::Kind::text;
    setting.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    setting.kind = Setting::Kind::integer;
    setting.integer = integer->get();
  } else if (const auto* boolean = node.as_boolean()) {
    setting.kind = Setting::Kind::boolean;
    setting.boolean = boolean->get();
  } else {
    setting.kind = node.is_floating_point() ? Setting::Kind::real : Setting::Kind::time;
  }
  return setting;
}

// toml++ bounds the depth of brackets but not of dotted keys, and goes down both by recursion: a.a.a.… would
// overflow the stack. No value we accept (200 characters) comes near this many dots. Gives the line of such a
// key.
std::optional<int> line_of_bottomless_key(std::string_view text) {
  int line = 1;
  int dots = 0;
  for (const char c : text) {
    if (c == '\n') ++line;
    if (c == '.') {
      if (++dots > 200) return line;
    } else if (std::string_view("\n=,#[]{}").find(c) != std::string_view::npos) {
      dots = 0;
    }
  }
  return std::nullopt;
}

}  // namespace

tl::expected<Setting, ConfigError> read_toml(std::string_view text, const std::string& file_name) {
  if (const auto line = line_of_bottomless_key(text)) {
    return tl::unexpected(
        ConfigError{fmt::format("{}:{}", file_name, *line), "", "more than 200 dots in a row of names"});
  }
  try {
    Setting root = to_setting(toml::parse(text), "");
    root.line = 0;  // what is missing from the whole file is missing nowhere in particular
    return root;
  } catch (const toml::parse_error& error) {
    const toml::source_position& at = error.source().begin;
    return tl::unexpected(
        ConfigError{fmt::format("{}:{}", file_name, at.line), "",
                    fmt::format("not valid TOML (column {}): {}", at.column, error.description())});
  }
}

}  // namespace optledger
