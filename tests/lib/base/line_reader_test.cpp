#include "lib/base/line_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace optledger;

namespace {

std::vector<std::string> lines_of(std::initializer_list<std::string_view> pieces, std::size_t limit = 5) {
  LineReader reader(limit);
  std::vector<std::string> lines;
  const auto keep = [&lines](const Line& line) {
    CHECK(line.number == static_cast<std::int64_t>(lines.size()) + 1);
    lines.push_back(line.too_long ? "TOO LONG" + std::string(line.text) : std::string(line.text));
  };
  for (const auto piece : pieces) {
    reader.feed(piece);
    while (const auto line = reader.next()) keep(*line);
  }
  if (const auto line = reader.last()) keep(*line);
  CHECK_FALSE(reader.last());
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines end with LF, wherever the pieces end, and the last one without") {
  CHECK(lines_of({"a\nb\r\n\nc"}) == Lines{"a", "b\r", "", "c"});
  CHECK(lines_of({"a", "b", "\n", "", "c\nd", "e\n"}) == Lines{"ab", "c", "de"});
  CHECK(lines_of({}).empty());
  CHECK(lines_of({"", ""}).empty());
}

TEST_CASE("a line longer than the limit is said to be, and the next one is whole again") {
  CHECK(lines_of({"12345\n123456\nab"}) == Lines{"12345", "TOO LONG", "ab"});
  CHECK(lines_of({"123", "45\n123", "456", "789\nab\n"}) == Lines{"12345", "TOO LONG", "ab"});
  CHECK(lines_of({"123", "456"}) == Lines{"TOO LONG"});
}
