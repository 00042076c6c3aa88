// Bytes of a connection, cut anywhere, read as one request after another. The first input byte chooses the
// cuts.
#include "service/http/request_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace optledger::http;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; });
}

std::size_t count(const Request& request, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count(request.headers, name, &Header::name));
}

void check(const Request& request) {
  must(!request.method.empty() && request.method.size() <= 16);
  must(std::ranges::none_of(request.method, [](char c) { return (c >= 'a' && c <= 'z') || c <= ' '; }));
  must(request.path.starts_with('/') && request.path.find('?') == std::string::npos);
  must(request.path.size() + request.query.size() <= 4096);
  for (const char c : request.path + request.query) must(c > ' ' && c <= '~' && c != '#');
  must(request.headers.size() <= 64);
  for (const Header& header : request.headers) {
    must(!header.name.empty() && !has_control(header.name) && !has_control(header.value));
    must(header.name.find_first_of(" \t:ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos);
    must(header.value.empty() || (header.value.front() != ' ' && header.value.back() != ' '));
  }
  for (const auto never : {"transfer-encoding", "content-encoding", "remote_addr", "local_port"})
    must(count(request, never) == 0);
  must(count(request, "content-length") <= 1 && count(request, "host") <= 1);
  const auto length = request.header("content-length");
  must(request.body.size() == (length ? std::stoul(std::string(*length)) : 0));
  if (request.method == "GET" || request.method == "HEAD") must(request.body.empty());
  must(request.body.size() <= 1024 * 1024);
}

// What a reader makes of the bytes when they come in pieces of this size: a text that two ways of cutting
// must share.
std::string read_in_pieces(std::string_view bytes, std::size_t piece) {
  RequestReader reader;
  std::string told;
  std::size_t taken = 0;
  const std::size_t total = bytes.size();
  while (!bytes.empty()) {
    reader.append(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (;;) {
      auto step = reader.next(HeadLimits{});
      if (std::holds_alternative<Refusal>(step)) return told + "refused";
      auto* complete = std::get_if<RequestReader::Complete>(&step);
      if (!complete) break;
      check(complete->request);
      taken += complete->size;
      told += complete->request.method + complete->request.path + std::to_string(complete->size) + ";";
    }
  }
  must(taken + reader.kept() == total);
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  must(read_in_pieces(bytes, bytes.size() + 1) == read_in_pieces(bytes, 1 + data[0]));
  return 0;
}
