#include "service/http/ledger_routes.hpp"

#include "lib/ledger/checkpoint.hpp"
#include "lib/ledger/signed_note.hpp"

namespace optledger::http {
namespace {

// A published tile never changes; the checkpoint does every second.
constexpr const char* for_good = "public, max-age=31536000, immutable";
constexpr const char* for_a_moment = "public, max-age=1";
constexpr const char* for_an_hour = "public, max-age=3600";
constexpr const char* plain_text = "text/plain; charset=utf-8";

// Scripts of other sites may verify.
Response public_answer(const char* type, const char* cache, std::string body) {
  return {200,
          {{"Content-Type", type},
           {"Cache-Control", cache},
           {"Access-Control-Allow-Origin", "*"},
           {"Cross-Origin-Resource-Policy", "cross-origin"}},
          std::move(body)};
}

Response nothing_here(const std::string& detail) {
  return problem_answer({404, "not-found", "Not found", detail, {}});
}

// How many leaves are published.
std::uint64_t size_in(const std::string& note) {
  const auto parsed = parse_signed_note(note);
  const auto tree = parsed ? parse_checkpoint(parsed->text) : std::nullopt;
  if (!tree) throw LedgerContradiction("the checkpoint in the ledger's mirror is damaged");
  return tree->size;
}

// Wider than published is not published.
bool is_published(const TileId& wanted, const std::optional<std::string>& note) {
  const auto there = note ? tile_at(wanted.level, wanted.number, size_in(*note)) : std::nullopt;
  return there && wanted.width <= there->width;
}

}  // namespace

void LedgerRoutes::add_to(Router& router) {
  router.add("GET", "/v1/ledger/vkey", [this](const Call&) { return vkey(); });
  router.add("GET", "/v1/ledger/checkpoint", [this](const Call&) { return checkpoint(); });
  router.add("GET", "/v1/ledger/tile/{path...}", [this](const Call& call) { return tile(call); });
}

Response LedgerRoutes::vkey() const { return public_answer(plain_text, for_an_hour, vkey_ + "\n"); }

Response LedgerRoutes::checkpoint() const {
  auto note = mirror_.checkpoint();
  if (!note) return nothing_here("No checkpoint has been signed yet.");
  return public_answer(plain_text, for_a_moment, std::move(*note));
}

Response LedgerRoutes::tile(const Call& call) const {
  constexpr const char* type = "application/octet-stream";
  const auto path = "tile/" + call.path_values.at(0);
  const auto note = mirror_.checkpoint();
  if (const auto bundle = entries_from_path(path); bundle && is_published(*bundle, note)) {
    return public_answer(type, for_good, mirror_.bundle(bundle->number, bundle->width));
  }
  if (const auto tile = tile_from_path(path); tile && is_published(*tile, note)) {
    return public_answer(type, for_good, mirror_.tile(*tile));
  }
  return nothing_here("The ledger has no such tile.");
}

}  // namespace optledger::http
