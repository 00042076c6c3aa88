#include "service/http/letter_limits.hpp"

#include "lib/base/hash.hpp"

#include <algorithm>
#include <array>

namespace optledger::http {
namespace {

// A domain may have 253 octets; its bucket needs to know it again only.
Id key_of(std::string_view domain) {
  const auto hash = sha256(domain);
  Id key;
  std::copy_n(hash.begin(), key.size(), key.begin());
  return key;
}

std::string header_of(const char* name, const std::string& parameters) {
  return "\"" + std::string(name) + "\"" + parameters;
}

}  // namespace

void LetterLimits::Limit::follow(const Rate& now) {
  if (rate != now) table.forget_all();
  rate = now;
}

std::optional<LetterLimits::Limited> LetterLimits::take(Asker asker, const ClientAddress& client,
                                                        const EmailAddress& address) {
  struct Bucket {
    const char* name;
    Limit& limit;
    Id key;
  };
  const auto limits = parts_.limits.now();
  const auto now = parts_.now();
  const std::lock_guard lock(mutex_);
  clients_.follow(limits->signups_per_client);
  domains_.follow(limits->signups_per_domain);
  all_.follow(limits->signups);
  std::vector<Bucket> buckets;
  // What a trusted proxy asked for in its own name came from somebody it does not name: nobody's bucket.
  const auto ip = IpAddress::parse(client.ip);
  if (asker == Asker::stranger && ip && !parts_.trusted_proxies.contains(*ip)) {
    buckets.push_back({"client", clients_, ip->network().bytes()});
  }
  buckets.push_back({"domain", domains_, key_of(address.domain())});
  buckets.push_back({"service", all_, {}});

  for (const auto& [name, limit, key] : buckets) {
    const auto wait = until_next_token(limit.rate, limit.table.full_at(key), now);
    if (wait == Elapsed{0}) continue;
    return Limited{name, limit.rate, std::chrono::ceil<std::chrono::seconds>(wait)};
  }
  for (const auto& [name, limit, key] : buckets) {
    limit.table.keep(key, full_after_taking_one(limit.rate, limit.table.full_at(key), now), now);
  }
  return std::nullopt;
}

// The fields of draft-ietf-httpapi-ratelimit-headers: what the limit is, and when it is worth trying again.
Response LetterLimits::refusal(const Limited& limited, const std::string& language) const {
  const auto wait = std::to_string(limited.wait.count());
  const Problem problem{429,
                        "rate-limited",
                        "Too many requests",
                        "Nothing was stored. Please send the same request again in " + wait + " seconds.",
                        {},
                        {{"violated-policies", Json::array({limited.name})}}};
  auto response = language.empty()
                      ? problem_answer(problem)
                      : page_answer(429, parts_.pages.error({language, 429, "rate-limited", ""}));
  const auto window = std::chrono::ceil<std::chrono::seconds>(limited.rate.window).count();
  response.headers.push_back({"Retry-After", wait});
  response.headers.push_back(
      {"RateLimit-Policy",
       header_of(limited.name, ";q=" + std::to_string(limited.rate.count) + ";w=" + std::to_string(window))});
  response.headers.push_back({"RateLimit", header_of(limited.name, ";r=0;t=" + wait)});
  return response;
}

std::optional<Response> LetterLimits::refuse(const Call& call, Asker asker, const EmailAddress& address,
                                             const std::string& language) {
  const auto limited = take(asker, call.client, address);
  if (!limited) return std::nullopt;
  parts_.metrics.limited(limited->name);
  return refusal(*limited, language);
}

}  // namespace optledger::http
