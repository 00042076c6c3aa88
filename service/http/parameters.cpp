#include "service/http/parameters.hpp"

#include "lib/base/text.hpp"
#include "service/http/characters.hpp"

#include <algorithm>

namespace optledger::http {
namespace {

// Eats a text from its front.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_space() {
    while (skip(' ') || skip('\t')) continue;
  }

  template <typename Wanted>
  std::string_view take_while(Wanted wanted) {
    const auto end = std::ranges::find_if_not(rest_, wanted);
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  // Behind the opening quote, up to and over the closing one.
  std::optional<std::string> take_quoted() {
    std::string value;
    while (!rest_.empty()) {
      if (skip('"')) return value;
      if (rest_.front() == '\\') rest_.remove_prefix(1);
      if (rest_.empty() || (rest_.front() >= 0 && rest_.front() < ' ' && rest_.front() != '\t'))
        return std::nullopt;
      value.push_back(rest_.front());
      rest_.remove_prefix(1);
    }
    return std::nullopt;
  }

 private:
  std::string_view rest_;
};

std::optional<ValueWithParameters::Parameter> take_parameter(Cursor& cursor) {
  ValueWithParameters::Parameter parameter{to_lower_ascii(cursor.take_while(is_token_character)), {}};
  if (parameter.name.empty() || !cursor.skip('=')) return std::nullopt;
  if (cursor.skip('"')) {
    auto quoted = cursor.take_quoted();
    if (!quoted) return std::nullopt;
    parameter.value = std::move(*quoted);
  } else {
    parameter.value = cursor.take_while(is_token_character);
    if (parameter.value.empty()) return std::nullopt;
  }
  return parameter;
}

}  // namespace

const std::string* ValueWithParameters::parameter(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, &Parameter::name);
  return found == parameters.end() ? nullptr : &found->value;
}

std::optional<ValueWithParameters> parse_parameters(std::string_view text) {
  Cursor cursor(text);
  cursor.skip_space();
  ValueWithParameters parsed;
  parsed.value = to_lower_ascii(cursor.take_while([](char c) { return c == '/' || is_token_character(c); }));
  if (parsed.value.empty()) return std::nullopt;
  for (cursor.skip_space(); !cursor.at_end(); cursor.skip_space()) {
    if (!cursor.skip(';')) return std::nullopt;
    cursor.skip_space();
    if (cursor.at_end()) break;
    auto parameter = take_parameter(cursor);
    if (!parameter || parsed.parameter(parameter->name)) return std::nullopt;
    parsed.parameters.push_back(std::move(*parameter));
  }
  return parsed;
}

}  // namespace optledger::http
