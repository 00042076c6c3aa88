#include "lib/base/table.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

const TableColumns people{{"email", "fingerprint", "list", "since"}, 2};

std::string header_problem(const std::vector<std::string>& header) {
  const auto parsed = TableHeader::parse(people, header);
  return parsed ? "" : parsed.error();
}

}  // namespace

TEST_CASE("columns may stand in any order and case, and need a person") {
  const auto header = TableHeader::parse(people, {" Since", "EMAIL ", "list"});
  REQUIRE(header);
  const auto row = header->row({" 2026-01-02 ", "anna@example.org", ""});
  REQUIRE(row);
  CHECK(*row == TableRow{"anna@example.org", "", "", "2026-01-02"});
  CHECK(TableHeader::parse(people, {"fingerprint"}));
  CHECK(header_problem({"list", "since"}) == "there must be a column email or fingerprint");
  CHECK(header_problem({"email", "list", "email"}) == "the column email stands there twice");
  const TableColumns by_email{{"email", "list"}, 1};
  CHECK(TableHeader::parse(by_email, {"list"}).error() == "there must be a column email");
}

TEST_CASE("an unknown column is refused by its name") {
  CHECK(header_problem({"email", "Vorname"}) ==
        "unknown column \"vorname\"; known are: email or fingerprint, list, since");
  CHECK(header_problem({"email", ""}).starts_with("unknown column \"\""));
  CHECK(header_problem({"email\tsince"}).find("its name is not shown") != std::string::npos);
}

TEST_CASE("a table without a header shows none of its addresses") {
  const auto problem = header_problem({"anna@example.org", "2026-01-02"});
  CHECK(problem.starts_with("the first line must name the columns"));
  CHECK(problem.find("anna") == std::string::npos);
  const auto json = table_row_from_json(people, R"({"anna@example.org":1})");
  REQUIRE_FALSE(json);
  CHECK(json.error().find("anna") == std::string::npos);
  const auto twice = table_row_from_json(people, R"({"anna@example.org":1,"anna@example.org":2})");
  REQUIRE_FALSE(twice);
  CHECK(twice.error().find("anna") == std::string::npos);
}

TEST_CASE("a row has as many cells as the header, and loses the apostrophe of an export") {
  const auto header = TableHeader::parse(people, {"email", "since"}).value();
  CHECK(header.row({"'-anna@example.org", ""})->at(0) == "-anna@example.org");
  CHECK(header.row({"'anna@example.org", ""})->at(0) == "'anna@example.org");
  CHECK_FALSE(header.row({"anna@example.org"}));
  CHECK_FALSE(header.row({"anna@example.org", "", ""}));
}

TEST_CASE("a line of JSON is one strict object of texts; null says nothing") {
  const auto row = table_row_from_json(people, R"({"email":" anna@example.org","list":null,"since":"now"})");
  REQUIRE(row);
  CHECK(*row == TableRow{"anna@example.org", "", "", "now"});
  for (const auto* line :
       {"", "[]", "{", "{\"email\":1}", "{\"mail\":\"x\"}", "{} {}", "{\"list\":\"\xFF\"}"}) {
    CHECK_FALSE(table_row_from_json(people, line));
  }
}
