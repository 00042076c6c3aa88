// The full check of a database's structure and references.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <vector>

namespace optledger::sqlite {

// An empty list is health, else one line for each finding; what SQLite cannot read at all is one too.
std::vector<std::string> find_damage(SQLite::Database& database);

}  // namespace optledger::sqlite
