#include "service/pdf/qr_code.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <set>

using namespace optledger::pdf;

namespace {

std::set<std::pair<int, int>> dark_modules(const QrCode& code) {
  static const std::regex bar("M(\\d+) (\\d+)h(\\d+)v1h-(\\d+)z");
  std::set<std::pair<int, int>> dark;
  std::size_t read = 0;
  for (auto it = std::sregex_iterator(code.path.begin(), code.path.end(), bar); it != std::sregex_iterator();
       ++it) {
    CHECK((*it)[3] == (*it)[4]);
    for (int i = 0; i < std::stoi((*it)[3]); ++i) dark.insert({std::stoi((*it)[1]) + i, std::stoi((*it)[2])});
    read += static_cast<std::size_t>(it->length());
  }
  CHECK(read == code.path.size());
  return dark;
}

}  // namespace

TEST_CASE("a QR code has its three finder patterns and nothing in its quiet zone") {
  const auto code = qr_code("newsletter.example.de/ledger\n595\nroot\n\n\u2014 name signature\n");
  const auto dark = dark_modules(code);
  const int last = code.size - 5;
  for (const auto& [x, y] : dark) {
    CHECK(std::min(x, y) >= 4);
    CHECK(std::max(x, y) <= last);
  }
  for (const auto& [left, top] : {std::pair{4, 4}, {last - 6, 4}, {4, last - 6}}) {
    for (int i = 0; i < 7; ++i) {
      CHECK(dark.contains({left + i, top}));
      CHECK(dark.contains({left, top + i}));
      CHECK(dark.contains({left + i, top + 6}));
    }
    CHECK_FALSE(dark.contains({left + 1, top + 1}));
    CHECK(dark.contains({left + 3, top + 3}));
  }
}

TEST_CASE("the same text is the same picture, a longer one a larger picture, one that is too long none") {
  CHECK(qr_code("abc").path == qr_code("abc").path);
  CHECK(qr_code("abc").path != qr_code("abd").path);
  CHECK(qr_code(std::string(2953, 'x')).size == 177 + 8);
  CHECK(qr_code(std::string(2954, 'x')).size == 0);
  CHECK(qr_code("").size == 0);
}
