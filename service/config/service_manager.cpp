#include "service/config/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sstream>

namespace optledger {
namespace {

constexpr int first_inherited = 3;  // behind stdin, stdout and stderr
constexpr int most_inherited = 64;

std::optional<long> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  long number = 0;
  const auto* end = text + std::strlen(text);
  const auto [stopped, fault] = std::from_chars(text, end, number);
  if (fault != std::errc() || stopped != end) return std::nullopt;
  return number;
}

}  // namespace

std::vector<InheritedSocket> take_inherited_sockets() {
  const auto process = number_in("LISTEN_PID");
  const auto count = number_in("LISTEN_FDS");
  const char* named = std::getenv("LISTEN_FDNAMES");
  std::istringstream names(named != nullptr ? named : "");
  std::vector<InheritedSocket> sockets;
  if (process == ::getpid() && count && *count > 0 && *count <= most_inherited) {
    for (int i = 0; i < *count; ++i) {
      InheritedSocket socket{first_inherited + i, {}};
      std::getline(names, socket.name, ':');
      ::fcntl(socket.number, F_SETFD, FD_CLOEXEC);
      sockets.push_back(std::move(socket));
    }
  }
  for (const char* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(variable);
  return sockets;
}

void tell_service_manager(std::string_view state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr) return;
  sockaddr_un address{};
  const auto length = std::strlen(path);
  if (length == 0 || length >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@')) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = '\0';  // a name that is in no file system
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return;
  ::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
           static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
  ::close(socket);
}

}  // namespace optledger
