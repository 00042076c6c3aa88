// Raw settings: what stood in the file or in a variable, with the place it stood at, before anybody checked
// it. Private to this room.
#pragma once

#include "service/config/config.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

struct Setting {
  enum class Kind { text, integer, real, boolean, time, list, table };

  Kind kind = Kind::table;
  std::string name;  // the key in its table
  std::string text;
  std::int64_t integer = 0;
  bool boolean = false;
  std::vector<Setting> items;  // of a list or a table, in the order of the file
  int line = 0;                // 0: nowhere in the file
  std::string variable;        // the environment variable it came from; then kind is text

  const Setting* find(std::string_view key) const;  // null when absent
  Setting* find(std::string_view key);
};

std::string_view to_text(Setting::Kind kind);  // "a number", "a list", …

// A file that is not TOML has one mistake, since nothing after it can be trusted.
tl::expected<Setting, ConfigError> read_toml(std::string_view text, const std::string& file_name);

// The known sections; a variable is OPTLEDGER_<SECTION>_<KEY>, so no section may have an underscore.
const std::vector<std::string>& section_names();

// Puts every OPTLEDGER_<SECTION>_<KEY> over the setting of that name; OPTLEDGER_CLEVERREACH_<KEY> over that
// of every [list.cleverreach]. A variable that can name no setting is returned as a mistake, without its
// value.
std::vector<ConfigError> overlay_environment(Setting& root, const Environment& environment);

}  // namespace optledger
