// Brings a database file to the schema this program knows, forward only. Numbers have no gaps, texts are
// checked by hash: a database of a newer program or with an edited migration is refused.
#pragma once

#include "lib/base/instant.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace optledger::sqlite {

struct SchemaUnknown : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws SchemaUnknown unless this program made the database, or an older one did.
void require_known_schema(SQLite::Database& database);

// The names of the migrations applied by this call; all in one transaction. Throws SchemaUnknown.
std::vector<std::string> migrate(SQLite::Database& database, Instant now);

}  // namespace optledger::sqlite
