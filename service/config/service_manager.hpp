// What systemd and its like give a service and want to hear from it, by their documented protocol
// (sd_listen_fds(3), sd_notify(3)) and without their library. Without a manager nothing of it happens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace optledger {

struct InheritedSocket {
  int number;        // the descriptor, closed when another program is started
  std::string name;  // FileDescriptorName=
};

// The sockets of an optledger.socket, once: whoever asks again, or is another process than was meant, gets
// none.
std::vector<InheritedSocket> take_inherited_sockets();

// "READY=1", "STOPPING=1".
void tell_service_manager(std::string_view state);

}  // namespace optledger
