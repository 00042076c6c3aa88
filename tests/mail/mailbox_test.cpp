#include "service/mail/mailbox.hpp"

#include "tests/fakes/temporary_folder.hpp"
#include "tests/mail/letters.hpp"

#include <doctest/doctest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

namespace optledger {
namespace {

namespace fs = std::filesystem;
using Outcome = Delivery::Outcome;
using test::to_anna;

unsigned mode_of(const fs::path& path) {
  struct stat found{};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 07777;
}

std::ptrdiff_t files_in(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

TEST_CASE("the maildir is made for its owner alone, and a draft never stays") {
  TemporaryFolder folder;
  const fs::path box = folder.path() / "deep" / "box";
  MailboxMailer mailer(box.string() + "/");
  CHECK(mailer.probe().outcome == Outcome::accepted);
  CHECK(mailer.deliver(to_anna, test::letter_number(1)).outcome == Outcome::accepted);
  CHECK(mode_of(box) == 0700);
  for (const char* part : {"tmp", "new", "cur"}) CHECK(mode_of(box / part) == 0700);
  CHECK(files_in(box / "tmp") == 0);
  CHECK(files_in(box / "cur") == 0);
  REQUIRE(files_in(box / "new") == 1);
  CHECK(mode_of(fs::directory_iterator(box / "new")->path()) == 0600);
}

TEST_CASE("the same letter again replaces the first, another one does not") {
  TemporaryFolder folder;
  MailboxMailer mailer(folder.path());
  for (int times = 0; times < 3; ++times) mailer.deliver(to_anna, test::letter_number(1));
  CHECK(files_in(folder.path() / "new") == 1);
  mailer.deliver(to_anna, test::letter_number(2));
  CHECK(files_in(folder.path() / "new") == 2);
}

TEST_CASE("a mailbox that cannot be written is temporary and says why") {
  TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "in the way";
  MailboxMailer mailer(folder.path() / "file" / "box");
  for (const Delivery& delivery : {mailer.deliver(to_anna, test::letter_number(1)), mailer.probe()}) {
    CHECK(delivery.outcome == Outcome::temporary);
    CHECK_MESSAGE(delivery.reply.find("Not a directory") != std::string::npos, delivery.reply);
  }
}

TEST_CASE("a letter that does not fit on the disk leaves nothing behind and is worth another try") {
  TemporaryFolder folder;
  MailboxMailer mailer(folder.path());
  REQUIRE(mailer.probe().outcome == Outcome::accepted);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto signal_before = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{1000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &tight);
  const Delivery delivery = mailer.deliver(to_anna, test::letter_number(1) + std::string(5000, 'x') + "\r\n");
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, signal_before);
  CHECK(delivery.outcome == Outcome::temporary);
  CHECK_MESSAGE(delivery.reply.find("File too large") != std::string::npos, delivery.reply);
  CHECK(files_in(folder.path() / "new") == 0);
  CHECK(files_in(folder.path() / "tmp") == 0);
  CHECK(mailer.deliver(to_anna, test::letter_number(1)).outcome == Outcome::accepted);
}

// A file system of our own needs root; without it the two cases above stand alone.
class SmallDisk {
 public:
  SmallDisk() { mounted_ = ::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=64k") == 0; }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  const fs::path& path() const { return folder_.path(); }
  void make_read_only() {
    REQUIRE(::mount("tmpfs", path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=64k") == 0);
  }

 private:
  TemporaryFolder folder_;
  bool mounted_ = false;
};

TEST_CASE("a full and a read-only disk are temporary") {
  SmallDisk disk;
  if (!disk.mounted()) {
    MESSAGE("not allowed to mount a tmpfs here: left out");
    return;
  }
  MailboxMailer mailer(disk.path() / "box");
  Delivery delivery{Outcome::accepted, ""};
  for (int number = 0; number < 100 && delivery.outcome == Outcome::accepted; ++number) {
    delivery = mailer.deliver(to_anna, test::letter_number(number) + std::string(5000, 'x') + "\r\n");
  }
  CHECK(delivery.outcome == Outcome::temporary);
  CHECK_MESSAGE(delivery.reply.find("No space left on device") != std::string::npos, delivery.reply);
  CHECK(files_in(disk.path() / "box" / "tmp") == 0);
  disk.make_read_only();
  CHECK(mailer.deliver(to_anna, test::letter_number(1)).reply.find("Read-only file system") !=
        std::string::npos);
  CHECK(mailer.probe().outcome == Outcome::temporary);
}

}  // namespace
}  // namespace optledger
