#include "lib/person/domain_list.hpp"

#include <doctest/doctest.h>

using namespace optledger;

TEST_CASE("a list of domains covers their subdomains, in any script, and names the lines that are none") {
  const auto reading = DomainList::parse(
      "\xEF\xBB\xBF# throw-away mailboxes\n"
      "mailinator.example\r\n"
      "\n"
      "  Trash.Example   # a comment\n"
      "not a domain\n"
      "müll.example\n"
      "localhost\n"
      "a@b.example\n"
      "mailinator.example\n"
      "last.example");
  CHECK(reading.bad_lines == std::vector<std::size_t>{5, 7, 8});
  const auto& list = reading.domains;
  CHECK(list.size() == 4);
  CHECK(list.contains("mailinator.example"));
  CHECK(list.contains("a.b.mailinator.example"));
  CHECK(list.contains("trash.example"));
  CHECK(list.contains("xn--mll-hoa.example"));
  CHECK(list.contains("last.example"));
  CHECK_FALSE(list.contains("notmailinator.example"));
  CHECK_FALSE(list.contains("example"));
  CHECK_FALSE(DomainList().contains("example.org"));
}
