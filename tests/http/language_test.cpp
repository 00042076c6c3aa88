#include "service/http/language.hpp"

#include <doctest/doctest.h>

using optledger::http::choose_language;

namespace {
const std::vector<std::string> both{"de", "en"};
}

TEST_CASE("what the form says comes before what the browser says") {
  CHECK(choose_language(both, "de", "en", "en") == "de");
  CHECK(choose_language(both, "de-AT", "en", "en") == "de");
  CHECK(choose_language(both, "DE_ch", "en", "en") == "de");
  CHECK(choose_language(both, " en ", "de", "de") == "en");
  CHECK(choose_language(both, "fr", "en", "de") == "en");
}

TEST_CASE("the browser's best match wins, by quality and then by order") {
  CHECK(choose_language(both, "", "de-DE,de;q=0.9,en;q=0.8", "en") == "de");
  CHECK(choose_language(both, "", "fr, en;q=0.5, de;q=0.7", "en") == "de");
  CHECK(choose_language(both, "", "en;q=0.8, de;q=0.8", "de") == "en");
  CHECK(choose_language(both, "", "zh-Hant-TW, en-GB-oed;q=0.1", "de") == "en");
  CHECK(choose_language({"de", "pt-br"}, "", "pt-BR", "de") == "pt-br");
}

TEST_CASE("a language with quality 0 is not chosen") {
  CHECK(choose_language(both, "", "de;q=0, en", "de") == "en");
  CHECK(choose_language(both, "", "de;q=0.000, *", "de") == "en");
  CHECK(choose_language(both, "", "de;q=0", "de") == "de");
}

TEST_CASE("a wildcard means the list's own first choice") {
  CHECK(choose_language(both, "", "*", "de") == "de");
  CHECK(choose_language(both, "", "fr, *;q=0.1", "en") == "en");
}

TEST_CASE("garbage counts as absent") {
  for (const char* header : {"", ",", ";;;", "en;q=2", "en;q=0.12345", "en;q=", "en;quality=1", "en;q=1;x=2",
                             "<en>", "\xff\xfe", "q=1", "-en", "e n"}) {
    CAPTURE(header);
    CHECK(choose_language(both, "", header, "de") == "de");
  }
  CHECK(choose_language(both, "../../etc", "en\r\nX: y", "de") == "de");
  CHECK(choose_language(both, "", "??, en", "de") == "en");
  CHECK(choose_language({}, "en", "en", "de") == "de");
}

TEST_CASE("an endless header is read only so far") {
  std::string header;
  for (int i = 0; i < 100'000; ++i) header += "x,";
  CHECK(choose_language(both, "", header + "en", "de") == "de");
}
