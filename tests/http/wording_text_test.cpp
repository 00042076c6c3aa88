#include "service/http/wording_text.hpp"

#include <doctest/doctest.h>

using optledger::http::parse_wording;
using optledger::http::WordingLine;
using optledger::http::WordingParagraph;

TEST_CASE("empty lines separate paragraphs, and a line end stays a line end") {
  const auto paragraphs = parse_wording("One\ntwo\n\n\n  \nThree\n");
  REQUIRE(paragraphs.size() == 2);
  CHECK(paragraphs[0] == WordingParagraph{{{"One", false}}, {{"two", false}}});
  CHECK(paragraphs[1] == WordingParagraph{{{"Three", false}}});
}

TEST_CASE("two stars on each side make bold") {
  CHECK(parse_wording("at **any time**, really")[0][0] ==
        WordingLine{{"at ", false}, {"any time", true}, {", really", false}});
  CHECK(parse_wording("**all**")[0][0] == WordingLine{{"all", true}});
}

TEST_CASE("lone and empty stars stand as written") {
  CHECK(parse_wording("2 ** 3")[0][0] == WordingLine{{"2 ** 3", false}});
  CHECK(parse_wording("****")[0][0] == WordingLine{{"****", false}});
  CHECK(parse_wording("*one* _two_ # three")[0][0] == WordingLine{{"*one* _two_ # three", false}});
}

TEST_CASE("a link is shown with its address, as text") {
  CHECK(parse_wording("see [the notice](https://example.de/p) and [b](c).")[0][0] ==
        WordingLine{{"see the notice (https://example.de/p) and b (c).", false}});
  CHECK(parse_wording("[not a link] (no)")[0][0] == WordingLine{{"[not a link] (no)", false}});
  CHECK(parse_wording("[open](never")[0][0] == WordingLine{{"[open](never", false}});
}

TEST_CASE("nothing gives nothing") {
  CHECK(parse_wording("").empty());
  CHECK(parse_wording("\n \n\t\n").empty());
}
