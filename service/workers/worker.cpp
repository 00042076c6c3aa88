#include "service/workers/worker.hpp"

#include "service/ops/log.hpp"

namespace optledger {
namespace {

constexpr Duration pause_after_fault = std::chrono::seconds(5);

}  // namespace

Worker::Worker(std::string name, Health& health, Step step)
    : name_(std::move(name)),
      health_(health),
      step_(std::move(step)),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

Worker::~Worker() = default;

void Worker::loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto pause = run_step(stop);
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, pause, [] { return false; });
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  ended_changed_.notify_all();
}

bool Worker::await_end(Duration patience) {
  std::unique_lock lock(mutex_);
  return ended_changed_.wait_for(lock, patience, [this] { return ended_; });
}

Duration Worker::run_step(const std::stop_token& stop) {
  try {
    const auto pause = step_(stop);
    health_.clear(name_);
    return pause;
  } catch (const std::exception& fault) {
    log_event(LogLevel::error, "worker_failed", {{"worker", name_}, {"detail", fault.what()}});
    health_.report(name_, fault.what());
    return pause_after_fault;
  }
}

}  // namespace optledger
