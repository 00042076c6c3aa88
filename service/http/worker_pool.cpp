#include "service/http/worker_pool.hpp"

namespace optledger::http {

void WorkerPool::start(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

bool WorkerPool::try_push(Job& job) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= longest_queue_) return false;
    queue_.push_back(std::move(job));
    wake = should_wake();
  }
  if (wake) arrived_.notify_one();
  return true;
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
    Job job = std::move(queue_.front());
    queue_.pop_front();
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
