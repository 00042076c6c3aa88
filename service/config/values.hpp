// Text of a setting -> checked value. Each error is one sentence that says what would be right and never
// repeats the text, since that may have come from a variable. Private to this room.
#pragma once

#include "service/config/config.hpp"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace optledger {

template <class T>
using Checked = tl::expected<T, std::string>;

// One to 200 characters, no control character, white space at the ends cut.
Checked<std::string> parse_line(std::string_view text);

// [a-z0-9_-], 1 to `longest` characters.
Checked<std::string> parse_id(std::string_view text, std::size_t longest);

// ISO 3166-1 alpha-2 in capitals: "DE".
Checked<std::string> parse_country(std::string_view text);

// "30s", "15m", "24h", "7d"; from one second to `longest`.
Checked<Duration> parse_duration(std::string_view text, Duration longest);

// Years ("3y") count by the calendar, everything else is a fixed span; at most three years (T2.2).
Checked<ProofWindow> parse_proof_window(std::string_view text);

// How long a person takes at least to fill in a form: "0s" to "60s".
Checked<Duration> parse_fill_time(std::string_view text);

// "60/1h": up to a million in at most a day.
Checked<Rate> parse_rate(std::string_view text);

// "1/24h". Refuses whatever would let more than three letters go to one address in 24 hours.
Checked<Rate> parse_letter_rate(std::string_view text);

// "127.0.0.1:8080", "[::1]:0", "localhost:25". `default_port` 0: the port has to be given.
Checked<HostPort> parse_host_port(std::string_view text, std::uint16_t default_port = 0);

bool is_loopback(std::string_view host);

// "10.0.0.0/8" -> its canonical text; the bits behind the length have to be zero.
Checked<std::string> parse_address_block(std::string_view text);

// An address mail can be sent to, in ASCII.
Checked<std::string> parse_ascii_address(std::string_view text);

// "Example GmbH <newsletter@example.de>" or the bare address.
struct Sender {
  std::string name;
  std::string address;
};
Checked<Sender> parse_sender(std::string_view text);

}  // namespace optledger
