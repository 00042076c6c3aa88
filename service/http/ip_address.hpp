// IP addresses and blocks of them. An IPv4 address written as IPv4-mapped IPv6 is the IPv4 address.
#pragma once

#include <tl/expected.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace optledger::http {

class IpAddress {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  explicit IpAddress(const Bytes& bytes) : bytes_(bytes) {}

  // Dotted IPv4 or IPv6 without brackets, port or prefix; a zone (%eth0) is accepted and dropped, since it
  // means nothing outside the machine that wrote it.
  static std::optional<IpAddress> parse(std::string_view text);

  std::string to_text() const;  // RFC 5952; IPv4 dotted
  bool is_ipv4() const;
  const Bytes& bytes() const { return bytes_; }  // IPv4 is mapped: ::ffff:a.b.c.d

  // What one subscriber usually holds: an IPv4 address, or the /64 of an IPv6 address with the rest zero.
  IpAddress network() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  Bytes bytes_;
};

// A set of blocks such as 10.0.0.0/8, ::1/128 or 192.0.2.7. IPv6 blocks hold no IPv4 addresses.
class AddressBlocks {
 public:
  // The error names the text that is not a block.
  static tl::expected<AddressBlocks, std::string> parse(const std::vector<std::string>& texts);

  bool contains(const IpAddress& address) const;

 private:
  struct Block {
    IpAddress base;
    int prefix;  // bits of the 16 bytes
  };
  static std::optional<Block> parse_block(std::string_view text);

  std::vector<Block> blocks_;
};

}  // namespace optledger::http
