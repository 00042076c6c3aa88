#include "lib/suppression/suppression_row.hpp"

#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>

using namespace optledger;

TEST_CASE("the cells of a row are its members in the order of the columns") {
  CHECK(suppression_columns().names ==
        std::vector<std::string_view>{"email", "fingerprint", "list", "kind", "since"});
  const auto row = suppression_row({"a", "b", "c", "d", "e"});
  CHECK(row.email + row.fingerprint + row.list + row.kind + row.since == "abcde");
}

TEST_CASE("what an export writes, an import reads") {
  const Suppression rule{{Digest{7}}, "news", SuppressionKind::blocked, noon, std::nullopt};
  CHECK(suppression_csv_header() == "fingerprint,list,kind,since\r\n");
  CHECK(to_csv_line(rule) == "07" + std::string(62, '0') + ",news,blocked,2026-11-23T12:00:00.000Z\r\n");
  const auto cells = table_row_from_json(suppression_columns(), to_json_line(rule));
  REQUIRE(cells);
  const auto row = suppression_row(*cells);
  CHECK(row.fingerprint == "07" + std::string(62, '0'));
  CHECK(row.list == "news");
  CHECK(row.kind == "blocked");
  CHECK(row.since == "2026-11-23T12:00:00.000Z");
}
