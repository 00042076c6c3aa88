// Files of the state: for their owner alone, and on disk when a call returns. A disk that refuses is
// StoreUnavailable, all else std::runtime_error; both name the file.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace optledger {

// An open file, closed when it goes.
class Descriptor {
 public:
  // As open(2); a file that is made gets mode 0600.
  Descriptor(const std::filesystem::path& file, int flags);
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;

  int number() const { return number_; }

 private:
  int number_;
};

// "cannot VERB FILE: reason", with errno's reason.
std::runtime_error cannot(const char* verb, const std::filesystem::path& file);

void write_all(const Descriptor& descriptor, std::string_view bytes, const std::filesystem::path& file);
void sync(const Descriptor& descriptor, const std::filesystem::path& file);
void sync_file(const std::filesystem::path& file);
// After a file was made, renamed or removed in it.
void sync_folder_of(const std::filesystem::path& file);

}  // namespace optledger
