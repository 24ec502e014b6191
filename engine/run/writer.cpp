#include "engine/run/writer.hpp"

#include <future>

#include "engine/core/error.hpp"
#include "engine/core/files.hpp"

namespace qarium::run {

Writer::Writer() : thread_([this] { work(); }) {}

Writer::~Writer() {
  jobs_.send(nullptr);  // an empty job ends the thread
  thread_.join();
}

void Writer::enqueue(std::function<void()> job) {
  jobs_.send(std::move(job));
}

void Writer::append(const std::filesystem::path& file, std::string text) {
  enqueue([this, file, text = std::move(text)] {
    auto& waiting = unwritten_[file];
    const bool told = !waiting.empty();
    waiting += text;
    try {
      core::append_to_file(file, waiting);
    } catch (const core::UserError&) {
      if (told) return;
      throw;
    }
    unwritten_.erase(file);
  });
}

void Writer::finish() {
  std::promise<void> done;
  enqueue([&done] { done.set_value(); });
  done.get_future().wait();
}

bool Writer::unwritten() {
  std::promise<bool> left;
  enqueue([&] { left.set_value(!unwritten_.empty()); });
  return left.get_future().get();
}

std::vector<std::string> Writer::errors() {
  std::vector<std::string> taken;
  errors_.take(taken);
  return taken;
}

void Writer::work() {
  std::vector<std::function<void()>> batch;
  while (true) {
    jobs_.wait();
    jobs_.take(batch);
    for (auto& job : batch) {
      if (!job) return;
      try {
        job();
      } catch (const std::exception& error) {
        errors_.send(error.what());
      }
    }
  }
}

}  // namespace qarium::run
