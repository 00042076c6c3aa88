// Any template and any values: a letter is refused with std::invalid_argument, or it is well-formed. Built
// with -fsanitize=fuzzer. The input is lines: the eight texts of the facts, the message key, then the
// template's parts.
#include "lib/letters/letter.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace optledger;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string take_line(std::string_view& input) {
  const auto end = std::min(input.find('\n'), input.size());
  std::string line(input.substr(0, end));
  input.remove_prefix(std::min(end + 1, input.size()));
  return line;
}

void check_lines(std::string_view message) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const char c = message[i];
    if (c == '\r') {
      require(i + 1 < message.size() && message[i + 1] == '\n');
      ++i;
      column = 0;
      continue;
    }
    require(c >= ' ' && c <= '~');
    require(column++ < 998);
  }
  require(message.ends_with("\r\n"));
}

void check_headers(std::string_view message) {
  std::size_t fields = 0;
  for (std::string_view rest = message; !rest.starts_with("\r\n");) {
    if (rest.front() != ' ') ++fields;
    const auto end = rest.find("\r\n");
    require(end != std::string_view::npos);
    rest.remove_prefix(end + 2);
  }
  require(fields == 9);
}

LetterFacts take_facts(std::string_view& input) {
  LetterFacts facts;
  for (std::string* text : {&facts.from_name, &facts.from_address, &facts.list_title, &facts.controller_name,
                            &facts.imprint_url, &facts.privacy_url, &facts.public_url}) {
    *text = take_line(input);
  }
  facts.controller_lines = {take_line(input)};
  return facts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const LetterFacts facts = take_facts(input);
  static const EmailAddress to = EmailAddress::parse("anna@example.org").value();
  LetterValues values{.to = to,
                      .token = std::string(44, 'A'),
                      .requested_at = from_millis(1'795'460'969'123),
                      .expires_at = from_millis(1'796'065'769'123),
                      .message_key = take_line(input)};
  try {
    const std::string letter = compose_confirmation_letter(input, facts, values).message;
    check_lines(letter);
    check_headers(letter);
    values.token = std::string(44, '*');
    require(compose_confirmation_letter(input, facts, values).message.size() == letter.size());
  } catch (const std::invalid_argument&) {
    // refused
  }
  return 0;
}
