#include "service/config/key_files.hpp"

#include "lib/base/hash.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>

namespace optledger {
namespace {

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
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (*descriptor < 0) throw cannot("read", file);
  struct stat status{};
  if (::fstat(*descriptor, &status) != 0) throw cannot("examine", file);
  if ((status.st_mode & 077) != 0) {
    throw std::runtime_error(
        fmt::format("the key file {} can be read by others: chmod 600 it", file.string()));
  }
  Digest key;
  if (status.st_size != static_cast<off_t>(key.size()) ||
      ::read(*descriptor, key.data(), key.size()) != static_cast<ssize_t>(key.size())) {
    throw std::runtime_error(fmt::format("the key file {} is damaged: it must hold 32 bytes", file.string()));
  }
  return key;
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
  const Descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (*folder < 0 || ::fsync(*folder) != 0) throw cannot("sync the folder of", file);
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

}  // namespace

Keys load_keys(const std::filesystem::path& folder, MissingKeys missing,
               const std::function<Digest()>& fresh_key) {
  if (missing == MissingKeys::make && !std::filesystem::exists(folder)) {
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  }
  return {.fingerprint = {load_key(folder / "fingerprint.key", missing, fresh_key)},
          .token = {.id = 1, .master = load_key(folder / "token.key", missing, fresh_key)},
          .ledger = load_key(folder / "ledger.key", missing, fresh_key)};
}

std::string check_value(const Keys& keys) {
  return to_hex(hmac_sha256(keys.fingerprint.bytes, "optledger key check")) +
         to_hex(hmac_sha256(keys.token.master, "optledger key check"));
}

}  // namespace optledger
