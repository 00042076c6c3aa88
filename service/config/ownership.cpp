#include "service/config/ownership.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <pwd.h>
#include <stdexcept>
#include <vector>

namespace optledger {
namespace {

std::optional<struct stat> status_of(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) return status;
  return std::nullopt;  // not there, or not to be looked at: opening it says why
}

std::string name_of(uid_t user) {
  const auto* entry = ::getpwuid(user);
  return entry != nullptr ? entry->pw_name : fmt::format("#{}", user);
}

// Root could use everybody's files, but would leave some of its own among them, which the service cannot read
// afterwards.
void require_owner(const std::filesystem::path& path, const struct stat& status) {
  const auto own = ::geteuid();
  if (status.st_uid == own || status.st_uid == 0) return;
  const auto owner = name_of(status.st_uid);
  throw std::runtime_error(
      own == 0 ? fmt::format("{} belongs to {}: run this as that user (sudo -u '{}' optledger …)",
                             path.string(), owner, owner)
               : fmt::format("{} belongs to another user, {}: run this as that user, or chown it to {}",
                             path.string(), owner, name_of(own)));
}

bool is_own_group(gid_t group) {
  if (group == ::getegid()) return true;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  if (groups.empty() || ::getgroups(static_cast<int>(groups.size()), groups.data()) < 0) return false;
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

}  // namespace

void require_private(const std::filesystem::path& file_or_folder) {
  const auto status = status_of(file_or_folder);
  if (!status) return;
  require_owner(file_or_folder, *status);
  if ((status->st_mode & 077) != 0) {
    throw std::runtime_error(fmt::format("{} is open to others than its owner: run chmod go-rwx {}",
                                         file_or_folder.string(), file_or_folder.string()));
  }
}

void require_guarded(const std::filesystem::path& folder) {
  const auto status = status_of(folder);
  if (!status) return;
  // A folder that somebody lends to root holds files of root's own; whether others' are in it, they say
  // themselves.
  if (::geteuid() != 0) require_owner(folder, *status);
  if ((status->st_mode & S_ISVTX) != 0) return;
  const bool by_others = (status->st_mode & S_IWOTH) != 0;
  const bool by_group = (status->st_mode & S_IWGRP) != 0 && !is_own_group(status->st_gid);
  if (by_others || by_group) {
    throw std::runtime_error(fmt::format(
        "{} can be written by others, who could put another file in place of one in it: run chmod {} {}",
        folder.string(), by_others ? "go-w" : "g-w", folder.string()));
  }
}

}  // namespace optledger
