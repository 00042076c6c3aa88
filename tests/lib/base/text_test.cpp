#include "lib/base/text.hpp"

#include <doctest/doctest.h>

using namespace optledger;

TEST_CASE("any bytes become one clean line of bounded length") {
  CHECK(to_one_line("250 ok\x1b[31m red\x07\r\n", 500) == "250 ok [31m red");
  CHECK(to_one_line("a\xC2\x85z\xE2\x80\xAE"
                    "b",
                    500) == "a z b");
  CHECK(to_one_line("caf\xE9", 500) == "caf\xEF\xBF\xBD");
  CHECK(to_one_line(std::string("a\0b", 3), 500) ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(to_one_line(std::string(2000, 'x'), 500).size() == 500);
  CHECK(to_one_line("äöü", 2) == "äö");
  CHECK(to_one_line("\xF0\x9F\x92\x8C\xF0\x9F\x92\x8C", 1) == "\xF0\x9F\x92\x8C");
}

TEST_CASE("what stands in a path cannot change the path") {
  CHECK(percent_encoded("a+b@c.co") == "a%2Bb%40c.co");
  CHECK(percent_encoded("a/../b?c=d#e&f g%") == "a%2F..%2Fb%3Fc%3Dd%23e%26f%20g%25");
  CHECK(percent_encoded("j\xC3\xB6rg@example.org") == "j%C3%B6rg%40example.org");
  CHECK(percent_encoded("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encoded(std::string("\0\r\n", 3)) == "%00%0D%0A");
}
