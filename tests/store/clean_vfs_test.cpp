// No copy of a row outlives it, wherever SQLite may have moved it.
#include "service/store/sqlite/clean_vfs.hpp"

#include "lib/base/hash.hpp"
#include "service/store/sqlite/backup.hpp"
#include "service/store/sqlite/sqlite_store.hpp"
#include "tests/fakes/noon.hpp"
#include "tests/fakes/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace optledger;

namespace {

constexpr int crowd = 200;

Id crowd_id(int number) { return Id{static_cast<std::uint8_t>(number)}; }
std::string crowd_email(int number) { return fmt::format("person-{:03}@example.org", number); }

InsertSignup crowd_signup(int number) {
  return {{.id = crowd_id(number),
           .list = "news",
           .fingerprint = {},
           .address = EmailAddress::parse(crowd_email(number)).value(),
           .name = std::nullopt,
           .locale = "de",
           .letter = LetterBasis{sha256("t"), sha256("t")},
           .state = SignupState::pending,
           .requested_at = noon,
           .expires_at = noon}};
}

AppendRecord crowd_record(int number, int length) {
  const Json details{{"text", std::string(static_cast<std::size_t>(length), 'x')}};
  return {
      {RecordKind::signup_requested, noon, crowd_email(number), "news", {}, details}, {}, crowd_id(number)};
}

std::string bytes_in(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all;
}

bool is_gone(int number) { return number * 71 % crowd < 130; }

// Records of several people side by side and of different lengths: whenever some go, SQLite moves others to a
// neighbouring page.
void thin_out_crowd(Store& store) {
  store.write([](Transaction& transaction) { transaction.keep_document(sha256("t"), "t"); });
  for (int number = 0; number < crowd; ++number) {
    store.write([&](Transaction& transaction) {
      transaction.apply({crowd_signup(number)});
      for (int other = number; other >= std::max(0, number - 3); --other) {
        transaction.apply({crowd_record(other, number * 37 % 600)});
      }
    });
  }
  for (int at = 0; at < crowd; ++at) {
    const int number = at * 83 % crowd;
    if (!is_gone(number)) continue;
    store.write([&](Transaction& transaction) { transaction.apply({EraseSignup{crowd_id(number)}}); });
  }
}

void check_who_is_left(const std::string& bytes) {
  for (int number = 0; number < crowd; ++number) {
    CHECK_MESSAGE((bytes.find(crowd_email(number)) == std::string::npos) == is_gone(number),
                  crowd_email(number));
  }
}

// A leaf page of a table, 512 bytes: two cells at its end, and old bytes everywhere else.
std::vector<std::uint8_t> leaf_page(std::size_t header) {
  std::vector<std::uint8_t> page(512, 0xEE);
  const std::uint8_t head[] = {13, 0, 0, 0, 2, 1, 200, 0, 1, 240, 1, 200};  // content begins at 256 + 200
  std::copy(std::begin(head), std::end(head), page.begin() + static_cast<std::ptrdiff_t>(header));
  return page;
}

}  // namespace

TEST_CASE("what a page does not use is zeroed, and nothing else") {
  for (const std::size_t header : {std::size_t{0}, std::size_t{100}}) {
    auto page = leaf_page(header);
    sqlite::clear_unallocated(page, header);
    const auto before = leaf_page(header);
    for (std::size_t i = 0; i < page.size(); ++i) {
      const bool is_unallocated = i >= header + 12 && i < 456;
      CHECK(page[i] == (is_unallocated ? 0 : before[i]));
    }
  }
}

TEST_CASE("a page that is none of a b-tree, or does not add up, is left as it is") {
  auto overflow = leaf_page(0);
  overflow[0] = 0;
  auto many_cells = leaf_page(0);
  many_cells[3] = 2;
  auto cell_before_content = leaf_page(0);
  cell_before_content[8] = 0;
  auto content_behind_page = leaf_page(0);
  content_behind_page[5] = 3;
  for (const auto& odd : {overflow, many_cells, cell_before_content, content_behind_page}) {
    auto page = odd;
    sqlite::clear_unallocated(page, 0);
    CHECK(page == odd);
  }
}

TEST_CASE("rows that moved from page to page leave no copy behind that outlives them") {
  TemporaryFolder folder;
  const auto store = open_sqlite_store(folder.path() / "test.db", noon).store;
  thin_out_crowd(*store);
  REQUIRE(store->purge_deleted());
  CHECK(store->verify_integrity().empty());
  check_who_is_left(bytes_in(folder.path()));
}

TEST_CASE("a copy of the database has no copy of such rows either, also one made before the log is cut") {
  TemporaryFolder folder;
  TemporaryFolder elsewhere;
  const auto store = open_sqlite_store(folder.path() / "test.db", noon).store;
  thin_out_crowd(*store);
  const auto copy = elsewhere.path() / "copy.db";
  std::ofstream(copy).close();
  copy_sqlite_database(folder.path() / "test.db", copy, [](std::uint64_t, std::uint64_t) {});
  CHECK(examine_sqlite_copy(copy).damage.empty());
  check_who_is_left(bytes_in(elsewhere.path()));
}
