#include "service/http/worker_pool.hpp"

namespace optledger::http {

void WorkerPool::start(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

std::optional<Job> WorkerPool::push(const IpAddress& client, Job job) {
  bool wake = false;
  std::optional<Job> left_out;
  {
    const std::lock_guard lock(mutex_);
    left_out = queue_.push(client, std::move(job));
    wake = should_wake();
  }
  if (wake) arrived_.notify_one();
  return left_out;
}

// Under the lock. Whoever gets `true` must notify.
bool WorkerPool::should_wake() {
  if (queue_.empty() || sleeping_ == 0 || waking_) return false;
  return waking_ = true;
}

void WorkerPool::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    while (queue_.empty() && !stopping_) {
      ++sleeping_;
      arrived_.wait(lock);
      --sleeping_;
      waking_ = false;
    }
    if (stopping_) return;
    Job job = queue_.pop();
    const bool wake = should_wake();
    lock.unlock();
    if (wake) arrived_.notify_one();
    work_(std::move(job));
  }
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  arrived_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace optledger::http
