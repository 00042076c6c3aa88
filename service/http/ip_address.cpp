#include "service/http/ip_address.hpp"

#include "service/http/characters.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace optledger::http {
namespace {

constexpr std::size_t longest_zone = 32;
constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_zone(std::string_view text) {
  return !text.empty() && text.size() <= longest_zone && std::ranges::all_of(text, [](char c) {
    return is_digit(c) || is_lower(c) || is_upper(c) || c == '.' || c == '_' || c == '-';
  });
}

void clear_bits_behind(IpAddress::Bytes& bytes, int prefix) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int kept = std::clamp(prefix - static_cast<int>(8 * i), 0, 8);
    bytes[i] &= static_cast<std::uint8_t>(0xff00U >> kept);
  }
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const auto percent = text.find('%');
  if (percent != std::string_view::npos && !is_zone(text.substr(percent + 1))) return std::nullopt;
  const std::string address(text.substr(0, percent));
  if (address.size() >= INET6_ADDRSTRLEN || address.find('\0') != std::string::npos) return std::nullopt;
  Bytes bytes{};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return IpAddress(bytes);
  if (percent != std::string_view::npos) return std::nullopt;
  std::ranges::copy(mapped_prefix, bytes.begin());
  if (inet_pton(AF_INET, address.c_str(), bytes.data() + mapped_prefix.size()) == 1) return IpAddress(bytes);
  return std::nullopt;
}

std::string IpAddress::to_text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_ipv4())
    inet_ntop(AF_INET, bytes_.data() + mapped_prefix.size(), text.data(), text.size());
  else
    inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
  return text.data();
}

bool IpAddress::is_ipv4() const {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes_.begin());
}

IpAddress IpAddress::network() const {
  if (is_ipv4()) return *this;
  Bytes bytes = bytes_;
  clear_bits_behind(bytes, 64);
  return IpAddress(bytes);
}

std::optional<AddressBlocks::Block> AddressBlocks::parse_block(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const int whole = address->is_ipv4() && text.find(':') == std::string_view::npos ? 32 : 128;
  int prefix = whole;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const char* const end = digits.data() + digits.size();
    const auto [stopped, fault] = std::from_chars(digits.data(), end, prefix);
    if (fault != std::errc{} || stopped != end || prefix < 0 || prefix > whole) return std::nullopt;
  }
  prefix += 128 - whole;
  IpAddress::Bytes base = address->bytes();
  clear_bits_behind(base, prefix);
  return Block{IpAddress(base), prefix};
}

tl::expected<AddressBlocks, std::string> AddressBlocks::parse(const std::vector<std::string>& texts) {
  AddressBlocks blocks;
  for (const std::string& text : texts) {
    const auto block = parse_block(text);
    if (!block)
      return tl::unexpected("\"" + text +
                            "\" is not an address block; write it like 10.0.0.0/8 or 2001:db8::/32");
    blocks.blocks_.push_back(*block);
  }
  return blocks;
}

bool AddressBlocks::contains(const IpAddress& address) const {
  return std::ranges::any_of(blocks_, [&address](const Block& block) {
    if (block.base.is_ipv4() != address.is_ipv4()) return false;
    IpAddress::Bytes bytes = address.bytes();
    clear_bits_behind(bytes, block.prefix);
    return bytes == block.base.bytes();
  });
}

}  // namespace optledger::http
