// SQLite's way to the disk, with pages that hold nothing but what is in use. SQLite overwrites what is
// deleted (secure_delete). But when it moves rows to a neighbouring page, their bytes stay behind in the
// unallocated space of the page they left, where no later deletion of the rows finds them. Here that space is
// zeroed on the way from the log into the database file; the log itself is cut after every erasure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace optledger::sqlite {

// The name to open a database with. Registers it at the first call.
const char* clean_vfs();

// Zeroes the unallocated space of a b-tree page; any other page stays as it is. `header`: where its header
// begins.
void clear_unallocated(std::span<std::uint8_t> page, std::size_t header);

}  // namespace optledger::sqlite
