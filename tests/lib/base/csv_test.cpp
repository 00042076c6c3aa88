#include "lib/base/csv.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

using namespace optledger;

namespace {

using Cells = std::vector<std::string>;

constexpr std::size_t csv_limit = 64 * 1024;

// In pieces of `piece` octets, as a file comes.
std::vector<CsvRow> csv_rows(std::string_view text, char separator = ',', std::size_t piece = 1000,
                             std::size_t limit = csv_limit) {
  LineReader lines(limit);
  CsvReader csv(separator, limit);
  std::vector<CsvRow> rows;
  const auto take = [&rows](std::optional<CsvRow> row) {
    if (row) rows.push_back(std::move(*row));
  };
  while (!text.empty()) {
    lines.feed(text.substr(0, piece));
    while (const auto line = lines.next()) take(csv.add(*line));
    text.remove_prefix(std::min(piece, text.size()));
  }
  if (const auto line = lines.last()) take(csv.add(*line));
  take(csv.finish());
  return rows;
}

Cells only_row(std::string_view text, char separator = ',') {
  const auto rows = csv_rows(text, separator);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].problem == "");
  return rows[0].cells;
}

std::string problem_in(std::string_view text) {
  const auto rows = csv_rows(text);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].cells.empty());
  return rows[0].problem;
}

}  // namespace

TEST_CASE("cells stand between separators, and an empty cell is a cell") {
  CHECK(only_row("a,b,c\r\n") == Cells{"a", "b", "c"});
  CHECK(only_row("a;b,c;d\n", ';') == Cells{"a", "b,c", "d"});
  CHECK(only_row(",\n") == Cells{"", ""});
  CHECK(only_row(" a , b ") == Cells{" a ", " b "});
  CHECK(only_row("\"\"\n") == Cells{""});
}

TEST_CASE("quoted cells hold separators, line ends and doubled quotation marks") {
  CHECK(only_row("\"a,b\",\"c\"\"d\",\"\"\"\"\r\n") == Cells{"a,b", "c\"d", "\""});
  CHECK(only_row("\"a\r\nb\nc\rd\",e\r\n") == Cells{"a\r\nb\nc\rd", "e"});
  CHECK(only_row("\"a\r\",b\r\n") == Cells{"a\r", "b"});
}

TEST_CASE("rows know their lines; empty lines are none, and the last row needs no line end") {
  const auto rows = csv_rows("a\r\n\r\n\n\"b\nb\"\nc");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].first_line == 1);
  CHECK(rows[1].first_line == 4);
  CHECK(rows[1].last_line == 5);
  CHECK(rows[2].first_line == 6);
  CHECK(rows[2].cells == Cells{"c"});
}

TEST_CASE("what could only be guessed at is a problem, and the next line begins anew") {
  CHECK(problem_in("a\"b,c\n") == "a quotation mark in a cell that does not begin with one");
  CHECK(problem_in("\"a\"b\n") == "text behind a closing quotation mark");
  CHECK(problem_in("\"a\" ,b\n") == "text behind a closing quotation mark");
  CHECK(problem_in("a\rb\n") == "a carriage return within the line");
  CHECK(problem_in("\"a\n") == "a quotation mark is not closed");
  const auto rows = csv_rows("a\"b\nc,d\n");
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].cells == Cells{"c", "d"});
}

TEST_CASE("a line that passes the limit is a problem of its own, whether or not it ever ends") {
  const std::string longest(csv_limit - 1, 'x');
  CHECK(only_row(longest + "\n") == Cells{longest});
  for (const auto* end : {"\nb\n", ""}) {
    const auto rows = csv_rows("a\n" + std::string(csv_limit + 1, 'x') + end);
    REQUIRE(rows.size() == (*end == '\0' ? 2 : 3));
    CHECK(rows[1].first_line == 2);
    CHECK(rows[1].problem == "longer than 64 KiB");
    if (*end != '\0') CHECK(rows[2].cells == Cells{"b"});
  }
}

TEST_CASE("a quotation mark that is never closed costs the rows up to the limit and no more") {
  std::string text = "\"open\n";
  for (int i = 0; i < 40'000; ++i) text += "ab\n";
  const auto rows = csv_rows(text);
  CHECK(rows[0].first_line == 1);
  CHECK(rows[0].problem == "longer than 64 KiB: is a quotation mark not closed?");
  CHECK(rows[1].first_line == rows[0].last_line + 1);
  CHECK(rows.size() == 1 + 40'001 - static_cast<std::size_t>(rows[0].last_line));
}

TEST_CASE("the separator is what the header has more of") {
  CHECK(separator_in("email;since") == ';');
  CHECK(separator_in("email,since") == ',');
  CHECK(separator_in("email") == ',');
}

TEST_CASE("a cell that a spreadsheet would run gets an apostrophe, and reading takes exactly that one away") {
  CHECK(csv_line({"=1+1", "a=b", "-x", "@", "+49", "'=", ""}) == "'=1+1,a=b,'-x,'@,'+49,'=,\r\n");
  CHECK(csv_line({"\tx", "\rx"}) == "'\tx,\"'\rx\"\r\n");
  for (const auto* cell : {"=1", "+1", "-1", "@1", "\t", "\r"}) {
    CHECK(without_apostrophe("'" + std::string(cell)) == cell);
    CHECK(without_apostrophe("''" + std::string(cell)) == "''" + std::string(cell));
    CHECK(without_apostrophe(cell) == cell);
  }
  for (const auto* cell : {"'", "'a", "''", ""}) CHECK(without_apostrophe(cell) == cell);
}

TEST_CASE("whatever is written comes back, in pieces of any size") {
  CHECK(rc::check([] {
    const auto character = rc::gen::elementOf(std::string("ab,;\"\r\n'=+-@\t "));
    const auto plain =
        *rc::gen::container<std::vector<std::string>>(rc::gen::container<std::string>(character));
    // The one thing that writing cannot keep apart: a cell that already begins like an escaped one.
    RC_PRE(std::all_of(plain.begin(), plain.end(),
                       [](const std::string& cell) { return without_apostrophe(cell) == cell; }));
    RC_PRE(!plain.empty());
    const auto rows =
        csv_rows(csv_line(plain) + csv_line({"next"}), ',', *rc::gen::inRange<std::size_t>(1, 9));
    RC_ASSERT(rows.size() == 2u);
    RC_ASSERT(rows[0].problem.empty());
    RC_ASSERT(rows[0].cells.size() == plain.size());
    for (std::size_t i = 0; i < plain.size(); ++i)
      RC_ASSERT(without_apostrophe(rows[0].cells[i]) == plain[i]);
    RC_ASSERT(rows[1].cells == Cells{"next"});
  }));
}
