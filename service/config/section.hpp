// One table of settings while it is being read: gives checked values out, collects mistakes, and knows at the
// end which keys nobody asked for. Private to this room.
#pragma once

#include "service/config/files.hpp"
#include "service/config/setting.hpp"
#include "service/config/values.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger {

// All mistakes of one reading, given out in the order of the file.
class Mistakes {
 public:
  explicit Mistakes(std::string file_name) : file_name_(std::move(file_name)) {}

  void add(const Setting& at, std::string key, std::string what);
  void add(ConfigError error);  // one that knows its place
  std::vector<ConfigError> sorted() const;

 private:
  struct Placed {
    int line;
    ConfigError error;
  };
  std::string file_name_;
  std::vector<Placed> placed_;
};

class Section {
 public:
  // `kind` is the section's name in the contract ("list"), `path` what errors call it ("list[news]").
  Section(const Setting& table, std::string kind, std::string path, Mistakes& mistakes);

  // The raw setting, or null. Whatever was asked for is a known key from then on.
  const Setting* take(std::string_view key);

  // Absent keys leave `target` as it is. `parse` takes a string_view and gives a tl::expected<…,
  // std::string>.
  template <class Target, class Parse>
  void read(std::string_view key, Target& target, Parse parse) {
    const Setting* setting = take_text(key);
    if (setting == nullptr) return;
    if (auto value = parse(std::string_view(setting->text))) {
      target = *std::move(value);
    } else {
      mistake(*setting, key, std::move(value).error());
    }
  }

  template <class Target, class Parse>
  void read_list(std::string_view key, std::vector<Target>& target, Parse parse) {
    const Setting* list = take_kind(key, Setting::Kind::list);
    if (list == nullptr) return;
    target.clear();
    for (const Setting& item : list->items) {
      if (!is_kind(item, key, Setting::Kind::text)) continue;
      if (auto value = parse(std::string_view(item.text))) {
        target.push_back(*std::move(value));
      } else {
        mistake(item, key, std::move(value).error());
      }
    }
  }

  void read_boolean(std::string_view key, bool& target);  // in a variable: the word
  void read_integer(std::string_view key, int& target, int lowest, int highest);

  // { de = "…", en = "…" }; `parse` as above. A language without templates is a mistake.
  void read_by_language(std::string_view key, ByLanguage& target,
                        const std::function<Checked<std::string>(std::string_view)>& parse);

  const Setting* take_kind(std::string_view key, Setting::Kind kind);  // null when absent or of another kind
  const Setting* take_text(std::string_view key) { return take_kind(key, Setting::Kind::text); }
  bool has(std::string_view key) { return take(key) != nullptr; }

  void require(std::string_view key, std::string_view reason);
  void mistake(const Setting& at, std::string_view key, std::string what);
  void mistake(std::string_view key, std::string what);  // at the key when it is there, else at the section

  // To be called last: every key that was never asked for is a mistake.
  void refuse_unknown();

  Mistakes& mistakes() { return mistakes_; }
  const std::string& path() const { return path_; }

 private:
  bool is_kind(const Setting& setting, std::string_view key, Setting::Kind kind);
  std::string full_key(std::string_view key) const;

  const Setting& table_;
  std::string kind_;
  std::string path_;
  Mistakes& mistakes_;
  std::vector<std::string> known_;
};

}  // namespace optledger
