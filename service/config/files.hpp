// Files that a configuration names. Private to this room.
#pragma once

#include "service/config/values.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace optledger {

// The bytes of a file, or one sentence about why not (without its path).
using ReadFile = std::function<Checked<std::string>(const std::filesystem::path&)>;

// A regular file of at most 1 MiB.
Checked<std::string> read_file(const std::filesystem::path& path);

// The same of at most 16 MiB, for long lists.
Checked<std::string> read_long_file(const std::filesystem::path& path);

// The first line of a file that nobody but its owner may write; at most 4 KiB.
Checked<Secret> read_secret_file(const std::filesystem::path& path);

// The same with one secret on each of its one or two lines: while a secret is changed, both hold.
Checked<std::vector<Secret>> read_secret_lines(const std::filesystem::path& path);

// A text that people read (a wording, a privacy notice): UTF-8, 1 byte to 64 KiB, no control characters but
// line feed and tab; a byte-order mark is dropped and line ends become LF, so that its SHA-256 does not
// depend on the editor.
Checked<std::string> to_reading_text(std::string bytes);

}  // namespace optledger
