#include "service/config/key_files.hpp"

#include "lib/base/hash.hpp"
#include "service/config/ownership.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>

namespace optledger {
namespace {

constexpr std::size_t last_token_key = 255;  // a token names its key in one byte

std::runtime_error cannot(const char* what, const std::filesystem::path& file) {
  return std::runtime_error(
      fmt::format("cannot {} the key file {}: {}", what, file.string(), std::strerror(errno)));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int operator*() const { return number_; }

 private:
  int number_;
};

Digest read_key(const std::filesystem::path& file) {
  require_private(file);
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (*descriptor < 0) throw cannot("read", file);
  struct stat status{};
  if (::fstat(*descriptor, &status) != 0) throw cannot("examine", file);
  Digest key;
  if (status.st_size != static_cast<off_t>(key.size()) ||
      ::read(*descriptor, key.data(), key.size()) != static_cast<ssize_t>(key.size())) {
    throw std::runtime_error(fmt::format("the key file {} is damaged: it must hold 32 bytes", file.string()));
  }
  return key;
}

void sync_folder_of(const std::filesystem::path& file) {
  const Descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (*folder < 0 || ::fsync(*folder) != 0) throw cannot("sync the folder of", file);
}

// Whole or not at all, whenever the process is killed, and by link() never over a key that is there. Synced
// with its folder, because data that needs it comes next.
void write_key(const std::filesystem::path& file, const Digest& key) {
  const auto draft = fmt::format("{}.{}", file.string(), ::getpid());
  const Descriptor descriptor(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (*descriptor < 0 || ::write(*descriptor, key.data(), key.size()) != static_cast<ssize_t>(key.size()) ||
      ::fsync(*descriptor) != 0 || ::link(draft.c_str(), file.c_str()) != 0 || ::unlink(draft.c_str()) != 0) {
    throw cannot("write", file);
  }
  sync_folder_of(file);
}

Digest load_key(const std::filesystem::path& file, MissingKeys missing,
                const std::function<Digest()>& fresh_key) {
  if (!std::filesystem::exists(file)) {
    if (missing == MissingKeys::refuse) {
      throw std::runtime_error(
          fmt::format("the key file {} is missing beside an existing database: put it back from your backup; "
                      "a new key would find none of the people in it and sign another ledger",
                      file.string()));
    }
    write_key(file, fresh_key());
  }
  return read_key(file);
}

std::filesystem::path retired_mark(const std::filesystem::path& folder, std::uint8_t id) {
  return folder / fmt::format("token-{}.retired", id);
}

// Numbered without a gap; a gap is a key that was lost.
TokenKeys load_token_keys(const std::filesystem::path& folder, const Digest& first) {
  std::vector<TokenKey> keys{{1, first}};
  while (keys.size() < last_token_key &&
         std::filesystem::exists(token_key_file(folder, static_cast<std::uint8_t>(keys.size() + 1)))) {
    const auto id = static_cast<std::uint8_t>(keys.size() + 1);
    keys.push_back({id, read_key(token_key_file(folder, id))});
  }
  for (auto& key : keys) key.retired = std::filesystem::exists(retired_mark(folder, key.id));
  const auto signing = keys.size() - 1;
  return {std::move(keys), signing};
}

// Made by us, or by an administrator beforehand: nobody can have read what is not in it yet.
void close_new_folder(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::error_code not_ours;  // then the check of the folder says so
  if (!std::filesystem::is_empty(folder, not_ours)) return;
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, not_ours);
}

}  // namespace

std::filesystem::path token_key_file(const std::filesystem::path& folder, std::uint8_t id) {
  return folder / (id == 1 ? std::string("token.key") : fmt::format("token-{}.key", id));
}

Keys load_keys(const std::filesystem::path& folder, MissingKeys missing,
               const std::function<Digest()>& fresh_key) {
  if (missing == MissingKeys::make) close_new_folder(folder);
  require_private(folder);
  auto first = load_key(folder / "token.key", missing, fresh_key);
  auto token = load_token_keys(folder, first);
  wipe(first);
  return {.fingerprint = {load_key(folder / "fingerprint.key", missing, fresh_key)},
          .token = std::move(token),
          .ledger = load_key(folder / "ledger.key", missing, fresh_key)};
}

std::string check_value(const Keys& keys) {
  return to_hex(hmac_sha256(keys.fingerprint.bytes, "optledger key check")) + check_value(keys.token.first());
}

std::string check_value(const TokenKey& key) {
  return to_hex(hmac_sha256(key.master, "optledger key check"));
}

std::uint8_t add_token_key(const std::filesystem::path& folder, const TokenKeys& known,
                           const Digest& fresh_key) {
  if (known.all().size() >= last_token_key) throw std::runtime_error("there are 255 token keys already");
  const auto id = static_cast<std::uint8_t>(known.all().size() + 1);
  write_key(token_key_file(folder, id), fresh_key);
  return id;
}

void retire_token_key(const std::filesystem::path& folder, std::uint8_t id) {
  const auto mark = retired_mark(folder, id);
  const Descriptor empty(::open(mark.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (*empty < 0 || ::fsync(*empty) != 0) throw cannot("write", mark);
  sync_folder_of(mark);
}

}  // namespace optledger
