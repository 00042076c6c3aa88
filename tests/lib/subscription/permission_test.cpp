// The evidence of a permission, as values: no store, no clock.
#include "lib/subscription/permission.hpp"

#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>

using namespace optledger;

namespace {

const std::string right_to_object = "Sie können der Zusendung jederzeit widersprechen: shop@example.de";

PermissionRow customer_row() {
  return {.email = "anna@example.org",
          .list = "news",
          .name = "Anna",
          .basis = "existing_customer",
          .purchase_reference = "order 4711",
          .purchased_at = "2026-11-20",
          .notice = right_to_object,
          .address_source = "order form of the shop"};
}

PermissionTerms permission_terms() {
  return {.known_lists = {"news", "offers"}, .list = std::nullopt, .notice = std::nullopt, .now = noon};
}

// "field code" of all that is wrong.
std::vector<std::string> wrong(const PermissionRow& row, const PermissionTerms& terms = permission_terms()) {
  std::vector<std::string> found;
  const auto permission = parse_permission(row, terms);
  if (permission) return found;
  for (const auto& problem : permission.error()) found.push_back(problem.field + " " + problem.code);
  return found;
}

std::string said_of(const std::string& purchased_at) {
  auto row = customer_row();
  row.purchased_at = purchased_at;
  const auto permission = parse_permission(row, permission_terms());
  return permission ? permission->purchased_at : permission.error().at(0).detail;
}

}  // namespace

TEST_CASE("a permission is its whole evidence, as it was given") {
  const auto permission = parse_permission(customer_row(), permission_terms());
  REQUIRE(permission);
  CHECK(permission->address.text() == "anna@example.org");
  CHECK(permission->basis == LegalBasis::existing_customer);
  CHECK(permission->purchase_reference == "order 4711");
  CHECK(permission->purchased_at == "2026-11-20");
  CHECK(permission->address_source == "order form of the shop");
  CHECK(permission->notice == make_wording(right_to_object, {}));
}

TEST_CASE(
    "without any part of the evidence there is no permission, and all that is missing is said at once") {
  CHECK(wrong({}) == std::vector<std::string>{
                         "email missing-email", "list missing-list", "basis missing-basis",
                         "purchase_reference missing-purchase-reference", "purchased_at missing-purchased-at",
                         "notice missing-notice", "address_source missing-address-source"});
  for (auto member : {&PermissionRow::basis, &PermissionRow::purchase_reference, &PermissionRow::purchased_at,
                      &PermissionRow::notice, &PermissionRow::address_source}) {
    auto row = customer_row();
    row.*member = "";
    CHECK(wrong(row).size() == 1);
  }
  auto row = customer_row();
  row.name = "";
  CHECK(wrong(row).empty());
}

TEST_CASE("nobody can state a double opt-in, nor a basis the law does not know") {
  for (const auto* basis : {"double_opt_in", "legitimate_interest", "EXISTING_CUSTOMER"}) {
    auto row = customer_row();
    row.basis = basis;
    CHECK(wrong(row) == std::vector<std::string>{"basis invalid-basis"});
  }
  auto row = customer_row();
  row.basis = "double_opt_in";
  CHECK(parse_permission(row, permission_terms()).error().at(0).detail.find("confirms by mail") !=
        std::string::npos);
}

TEST_CASE("a purchase has a date or a time, kept as given, and lies behind us") {
  for (const auto* given :
       {"2026-11-23", "2026-11-23T12:00:00Z", "2026-11-23T13:00:00+01:00", "1970-01-01"}) {
    CHECK(said_of(given) == given);
  }
  CHECK(said_of("2026-11-24") == "must not be in the future");
  CHECK(said_of("2026-11-23T12:00:00.001Z") == "must not be in the future");
  CHECK(said_of("1969-12-31") == "must not be before 1970");
  for (const auto* given : {"23.11.2026", "2026-02-29", "2026-11-23T12:00:00", "lately"}) {
    CHECK(said_of(given).starts_with("must be a date"));
  }
}

TEST_CASE("a date is one of the German calendar, which begins its day before UTC does") {
  auto terms = permission_terms();
  auto row = customer_row();
  row.purchased_at = "2026-11-24";
  terms.now = noon + std::chrono::hours(11) - Duration(1);
  CHECK(wrong(row, terms) == std::vector<std::string>{"purchased_at invalid-purchased-at"});
  terms.now = noon + std::chrono::hours(11);
  CHECK(wrong(row, terms).empty());
}

TEST_CASE("what a row does not say comes from the command, and what it says goes before") {
  auto terms = permission_terms();
  terms.list = "offers";
  terms.notice = make_wording("You can object at any time.", {});
  auto row = customer_row();
  row.list = row.notice = "";
  const auto permission = parse_permission(row, terms);
  REQUIRE(permission);
  CHECK(permission->list == "offers");
  CHECK(permission->notice == *terms.notice);
  CHECK(parse_permission(customer_row(), terms)->list == "news");
  CHECK(parse_permission(customer_row(), terms)->notice.text == right_to_object + "\n");
}

TEST_CASE("a notice is the text that everybody got, so it outlives the person only without their address") {
  CHECK(parse_notice(" two\r\nlines\t \n")->text == "two\nlines\n");
  for (const auto& text : {std::string(" \n"), std::string("a\0b", 3), std::string("\xFF"),
                           std::string(10'001, 'x'), std::string("left\u202Eright")}) {
    CHECK_FALSE(parse_notice(text));
  }
  auto row = customer_row();
  for (const auto* notice : {"Dear ANNA@Example.org, you can object.", "to anna@example.org"}) {
    row.notice = notice;
    CHECK(wrong(row) == std::vector<std::string>{"notice invalid-notice"});
  }
  row.email = "anna@müller.example";
  row.notice = "Liebe Anna@Müller.example, Sie können widersprechen.";
  CHECK(wrong(row) == std::vector<std::string>{"notice invalid-notice"});
}

TEST_CASE("references and sources are one line of text each") {
  for (const auto& text :
       {std::string("a\nb"), std::string(501, 'x'), std::string("\xFF"), std::string("\x1B[2J")}) {
    auto row = customer_row();
    row.purchase_reference = row.address_source = text;
    CHECK(wrong(row).size() == 2);
  }
}

TEST_CASE("what is wrong with a row is said without a word of it") {
  PermissionRow row;
  for (auto member : {&PermissionRow::email, &PermissionRow::list, &PermissionRow::basis,
                      &PermissionRow::purchase_reference, &PermissionRow::purchased_at,
                      &PermissionRow::notice, &PermissionRow::address_source}) {
    row.*member = "secret\x01";
  }
  row.name = "secret\x01";
  const auto permission = parse_permission(row, permission_terms());
  REQUIRE_FALSE(permission);
  CHECK(permission.error().size() == 8);
  for (const auto& problem : permission.error()) CHECK(problem.detail.find("secret") == std::string::npos);
}
