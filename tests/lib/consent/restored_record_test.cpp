#include "lib/consent/restored_record.hpp"

#include "lib/consent/erased_record.hpp"
#include "tests/fakes/noon.hpp"

#include <doctest/doctest.h>

using namespace optledger;

TEST_CASE("a restored record names places and nobody, and reads back") {
  const auto record = restored_record(3, 6, "the disk broke", noon);
  CHECK(to_text(record.kind) == "restored");
  CHECK_FALSE(record.email);
  CHECK_FALSE(record.list);
  const auto stored = to_canonical_json(to_json(record));
  CHECK(restored_in(stored) == std::vector<std::int64_t>{3, 4, 5});
  CHECK_FALSE(erasure_in(stored));
  CHECK(restored_in(to_canonical_json(to_json(restored_record(3, 3, "", noon))))->empty());
  CHECK_FALSE(restored_in(to_canonical_json(to_json(erased_record({1}, ErasureCause::request, noon)))));
}
