// The files that `verify` reads: proofs in whatever they are carried, checkpoints, keys.
#pragma once

#include <tl/expected.hpp>

#include <filesystem>
#include <functional>
#include <string>

namespace optledger::cli {

// Nothing that a proof needs is larger.
inline constexpr std::size_t largest_verified_file = std::size_t{256} << 20;

// The error is one line without the file's name; here too: `take` may say false, that it has enough.
tl::expected<void, std::string> read_pieces(const std::filesystem::path& file,
                                            const std::function<bool(const std::string& piece)>& take);
tl::expected<std::string, std::string> read_file(const std::filesystem::path& file);

}  // namespace optledger::cli
