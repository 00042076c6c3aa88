#include "lib/person/person_name.hpp"

#include "lib/base/text.hpp"

namespace optledger {

tl::expected<PersonName, std::string> PersonName::parse(std::string_view text) {
  const auto normal = to_nfc(trim_ascii_space(text));
  if (!normal) return tl::unexpected(std::string("it is not valid UTF-8"));
  if (normal->empty()) return tl::unexpected(std::string("it is empty"));
  if (has_control_character(*normal)) return tl::unexpected(std::string("it contains a control character"));
  if (count_characters(*normal) > 100) return tl::unexpected(std::string("it is longer than 100 characters"));
  return PersonName{*normal};
}

}  // namespace optledger
