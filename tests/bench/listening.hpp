// A listening socket on a free loopback port, and the line by which `run` learns of it: the one `serve` logs.
#pragma once

namespace optledger::bench {

int listen_on_loopback();                          // the socket; throws std::system_error
int port_of(int socket);                           // throws std::system_error
void say_listening(const char* scheme, int port);  // {"event":"listening","url":…} on stderr

}  // namespace optledger::bench
