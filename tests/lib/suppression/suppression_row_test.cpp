#include "lib/suppression/suppression_row.hpp"

#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

std::string header_problem(const std::vector<std::string>& header) {
  const auto columns = SuppressionColumns::parse(header);
  return columns ? "" : columns.error();
}

}  // namespace

TEST_CASE("columns may stand in any order and case, and need a person") {
  const auto columns = SuppressionColumns::parse({" Since", "EMAIL ", "list"});
  REQUIRE(columns);
  const auto row = columns->row({" 2026-01-02 ", "anna@example.org", ""});
  REQUIRE(row);
  CHECK(row->email == "anna@example.org");
  CHECK(row->since == "2026-01-02");
  CHECK(row->list == "");
  CHECK(SuppressionColumns::parse({"fingerprint"}));
  CHECK(header_problem({"list", "since"}) == "there must be a column email or fingerprint");
  CHECK(header_problem({"email", "list", "email"}) == "the column email stands there twice");
}

TEST_CASE("an unknown column is refused by its name") {
  CHECK(header_problem({"email", "Vorname"}) ==
        "unknown column \"vorname\"; known are: email or fingerprint, list, kind, since");
  CHECK(header_problem({"email", ""}).starts_with("unknown column \"\""));
  CHECK(header_problem({"email\tsince"}).find("its name is not shown") != std::string::npos);
}

TEST_CASE("a file without a header shows none of its addresses") {
  const auto problem = header_problem({"anna@example.org", "2026-01-02"});
  CHECK(problem.starts_with("the first line must name the columns"));
  CHECK(problem.find("anna") == std::string::npos);
  const auto json = suppression_row_from_json(R"({"anna@example.org":1})");
  REQUIRE_FALSE(json);
  CHECK(json.error().find("anna") == std::string::npos);
  const auto twice = suppression_row_from_json(R"({"anna@example.org":1,"anna@example.org":2})");
  REQUIRE_FALSE(twice);
  CHECK(twice.error().find("anna") == std::string::npos);
}

TEST_CASE("a row has as many cells as the header, and loses the apostrophe of an export") {
  const auto columns = SuppressionColumns::parse({"email", "since"}).value();
  CHECK(columns.row({"'-anna@example.org", ""})->email == "-anna@example.org");
  CHECK(columns.row({"'anna@example.org", ""})->email == "'anna@example.org");
  CHECK_FALSE(columns.row({"anna@example.org"}));
  CHECK_FALSE(columns.row({"anna@example.org", "", ""}));
}

TEST_CASE("a line of JSON is one strict object of texts; null says nothing") {
  const auto row = suppression_row_from_json(R"({"email":"anna@example.org","list":null,"kind":"blocked"})");
  REQUIRE(row);
  CHECK(row->email == "anna@example.org");
  CHECK(row->list == "");
  CHECK(row->kind == "blocked");
  for (const auto* line :
       {"", "[]", "{", "{\"email\":1}", "{\"mail\":\"x\"}", "{} {}", "{\"list\":\"\xFF\"}"}) {
    CHECK_FALSE(suppression_row_from_json(line));
  }
}

TEST_CASE("what an export writes, both readers take") {
  const Suppression rule{{Digest{7}}, "news", SuppressionKind::blocked, noon, std::nullopt};
  CHECK(suppression_csv_header() == "fingerprint,list,kind,since\r\n");
  CHECK(to_csv_line(rule) == "07" + std::string(62, '0') + ",news,blocked,2026-11-23T12:00:00.000Z\r\n");
  const auto row = suppression_row_from_json(to_json_line(rule));
  REQUIRE(row);
  CHECK(row->fingerprint == "07" + std::string(62, '0'));
  CHECK(row->list == "news");
  CHECK(row->kind == "blocked");
  CHECK(row->since == "2026-11-23T12:00:00.000Z");
}
