#include "service/mail/mailbox.hpp"

#include "lib/base/hash.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <system_error>

namespace optledger {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const char* doing, const fs::path& path) {
  throw std::system_error(errno, std::generic_category(),
                          std::string("mailbox: cannot ") + doing + " " + path.string());
}

class OpenFile {
 public:
  OpenFile(const fs::path& path, int flags)
      : path_(path), number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (number_ < 0) fail("open", path_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { ::close(number_); }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t size = ::write(number_, bytes.data(), bytes.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) fail("write", path_);
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
  }

  void sync() {
    if (::fsync(number_) != 0) fail("sync", path_);
  }

 private:
  fs::path path_;
  int number_;
};

void sync_folder(const fs::path& folder) { OpenFile(folder, O_RDONLY | O_DIRECTORY).sync(); }

void make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0) {
    sync_folder(folder.parent_path());
  } else if (errno != EEXIST) {
    fail("make the folder", folder);
  }
}

void make_maildir(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder.parent_path(), failed);
  if (failed)
    throw std::system_error(failed, "mailbox: cannot make the folder " + folder.parent_path().string());
  make_folder(folder);
  for (const char* part : {"tmp", "new", "cur"}) make_folder(folder / part);
}

// A file in tmp/ that is gone again unless it was moved to new/. Its name is this writer's own: two mailers
// with the same letter (a lease that ran out) must not write into one file.
class Draft {
 public:
  Draft(const fs::path& folder, const std::string& name)
      : path_(folder / "tmp" /
              (name + "." + std::to_string(::getpid()) + "." + std::to_string(next_number()))),
        file_(path_, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW) {}
  ~Draft() {
    if (!moved_) ::unlink(path_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void fill(std::string_view bytes) {
    file_.write(bytes);
    file_.sync();
  }

  void move_to(const fs::path& destination) {
    if (::rename(path_.c_str(), destination.c_str()) != 0) fail("move a letter to", destination);
    moved_ = true;
    sync_folder(destination.parent_path());
  }

 private:
  static unsigned long next_number() {
    static std::atomic<unsigned long> number{0};
    return ++number;
  }

  fs::path path_;
  OpenFile file_;
  bool moved_ = false;
};

}  // namespace

MailboxMailer::MailboxMailer(const fs::path& folder) : folder_(fs::absolute(folder).lexically_normal()) {
  if (!folder_.has_filename()) folder_ = folder_.parent_path();  // "mailbox:/var/mail/"
}

Delivery MailboxMailer::deliver(const Envelope&, std::string_view message) {
  try {
    make_maildir(folder_);
    const std::string name = to_hex(sha256(message));
    Draft draft(folder_, name);
    draft.fill(message);
    draft.move_to(folder_ / "new" / name);
    return {Delivery::Outcome::accepted, "written to the mailbox"};
  } catch (const std::system_error& error) {
    return {Delivery::Outcome::temporary, error.what()};
  }
}

Delivery MailboxMailer::probe() {
  try {
    make_maildir(folder_);
    Draft(folder_, "probe").fill("");
    return {Delivery::Outcome::accepted, "mailbox " + folder_.string() + " can be written"};
  } catch (const std::system_error& error) {
    return {Delivery::Outcome::temporary, error.what()};
  }
}

}  // namespace optledger
