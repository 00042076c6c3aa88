// The least that anybody has to do to send receivers to CleverReach: a token, then one body after the other
// over one kept connection, by bare libcurl. Bodies come from a file, one a line, so that they are the same
// as those of the program that is compared with it.
#include <CLI/CLI.hpp>
#include <curl/curl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Options {
  std::string url, group, client_id, client_secret, bodies;
};

std::vector<std::string> lines_of(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::size_t take(const char* bytes, std::size_t, std::size_t size, void* answer) {
  static_cast<std::string*>(answer)->append(bytes, size);
  return size;
}

class Loop {
 public:
  explicit Loop(const Options& options) : options_(options), curl_(curl_easy_init()) {
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &take);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &answer_);
  }
  ~Loop() { curl_easy_cleanup(curl_); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run(const std::vector<std::string>& bodies) {
    const std::string credentials = options_.client_id + ":" + options_.client_secret;
    curl_easy_setopt(curl_, CURLOPT_USERPWD, credentials.c_str());
    post("/oauth/token.php", "grant_type=client_credentials");
    curl_easy_setopt(curl_, CURLOPT_USERPWD, nullptr);
    const auto token = nlohmann::json::parse(answer_).at("access_token").get<std::string>();
    curl_slist* headers = curl_slist_append(nullptr, ("Authorization: Bearer " + token).c_str());
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:");
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers);
    for (const auto& body : bodies) post("/v3/groups/" + options_.group + "/receivers/upsertplus", body);
    curl_slist_free_all(headers);
  }

 private:
  void post(const std::string& path, const std::string& body) {
    answer_.clear();
    curl_easy_setopt(curl_, CURLOPT_URL, (options_.url + path).c_str());
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.c_str());
    long status = 0;
    const auto code = curl_easy_perform(curl_);
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK || status != 200) {
      throw std::runtime_error(fmt::format("{}: {}, HTTP {}", path, curl_easy_strerror(code), status));
    }
  }

  const Options& options_;
  CURL* curl_;
  std::string answer_;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"posts bodies to CleverReach's upsertplus by bare libcurl"};
  Options options;
  app.add_option("--url", options.url, "https://rest.cleverreach.com")->required();
  app.add_option("--group", options.group, "its number")->required();
  app.add_option("--client-id", options.client_id)->required();
  app.add_option("--client-secret", options.client_secret)->required();
  app.add_option("--bodies", options.bodies, "a file with one body a line")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    const auto bodies = lines_of(options.bodies);
    const auto began = std::chrono::steady_clock::now();
    Loop(options).run(bodies);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    fmt::print("{{\"seconds\":{:.3f},\"calls\":{}}}\n", took.count(), bodies.size() + 1);
    return 0;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "{}\n", fault.what());
    return 1;
  }
}
