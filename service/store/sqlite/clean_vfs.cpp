#include "service/store/sqlite/clean_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace optledger::sqlite {
namespace {

constexpr std::size_t largest_page = 65536;
constexpr std::size_t database_header = 100;  // before the b-tree header of the first page

// Stands in SQLite's memory for an open file, behind what the real layer keeps there.
struct Behind {
  sqlite3_io_methods methods;
  int (*write)(sqlite3_file*, const void*, int, sqlite3_int64);
};

sqlite3_vfs& real_layer() {
  static sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
  if (real == nullptr) throw std::runtime_error("SQLite has no way to the disk");
  return *real;
}

std::size_t place_behind() {
  const auto size = static_cast<std::size_t>(real_layer().szOsFile);
  return (size + alignof(Behind) - 1) / alignof(Behind) * alignof(Behind);
}

Behind& behind(sqlite3_file* file) {
  static const auto place = place_behind();
  return *reinterpret_cast<Behind*>(reinterpret_cast<std::uint8_t*>(file) + place);
}

bool is_whole_page(std::size_t size, sqlite3_int64 offset) {
  return size >= 512 && size <= largest_page && (size & (size - 1)) == 0 &&
         offset % static_cast<sqlite3_int64>(size) == 0;
}

int write_clean(sqlite3_file* file, const void* data, int length, sqlite3_int64 offset) {
  const auto size = static_cast<std::size_t>(length);
  if (!is_whole_page(size, offset)) return behind(file).write(file, data, length, offset);
  std::array<std::uint8_t, largest_page> page;
  std::copy_n(static_cast<const std::uint8_t*>(data), size, page.begin());
  clear_unallocated(std::span(page).first(size), offset == 0 ? database_header : 0);
  return behind(file).write(file, page.data(), length, offset);
}

int open_clean(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_used) {
  auto& real = real_layer();
  const int code = real.xOpen(&real, name, file, flags, flags_used);
  if (code != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return code;
  auto& own = behind(file);
  own = {*file->pMethods, file->pMethods->xWrite};
  own.methods.xWrite = write_clean;
  file->pMethods = &own.methods;
  return code;
}

sqlite3_vfs make_clean_vfs() {
  auto vfs = real_layer();
  vfs.pNext = nullptr;
  vfs.zName = "optledger-clean";
  vfs.szOsFile = static_cast<int>(place_behind() + sizeof(Behind));
  vfs.xOpen = open_clean;
  return vfs;
}

std::size_t number_at(std::span<const std::uint8_t> page, std::size_t place) {
  return (static_cast<std::size_t>(page[place]) << 8) | page[place + 1];
}

// https://www.sqlite.org/fileformat2.html#b_tree_pages. 0: no b-tree page.
std::size_t header_size(std::uint8_t kind) {
  if (kind == 2 || kind == 5) return 12;
  if (kind == 10 || kind == 13) return 8;
  return 0;
}

}  // namespace

void clear_unallocated(std::span<std::uint8_t> page, std::size_t header) {
  const auto size = header_size(page[header]);
  if (size == 0) return;
  const auto cells = number_at(page, header + 3);
  const auto content = number_at(page, header + 5) == 0 ? largest_page : number_at(page, header + 5);
  const auto pointers = header + size;
  const auto unallocated = pointers + 2 * cells;
  if (content > page.size() || unallocated > content) return;
  // Overflow pages have no kind, but could only begin like this in a file of more than 128 GB.
  for (auto pointer = pointers; pointer < unallocated; pointer += 2) {
    if (number_at(page, pointer) < content) return;
  }
  std::fill(page.begin() + static_cast<std::ptrdiff_t>(unallocated),
            page.begin() + static_cast<std::ptrdiff_t>(content), std::uint8_t{0});
}

const char* clean_vfs() {
  static sqlite3_vfs vfs = make_clean_vfs();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  if (registered != SQLITE_OK) throw std::runtime_error("SQLite refuses the layer that cleans pages");
  return vfs.zName;
}

}  // namespace optledger::sqlite
