#include "engine/run/writer.hpp"

#include <fstream>
#include <future>

#include "engine/core/error.hpp"

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
  enqueue([file, text = std::move(text)] {
    std::ofstream stream(file, std::ios::app | std::ios::binary);
    stream << text;
    stream.flush();
    if (!stream) throw core::UserError("cannot write '" + file.string() + "': is the disk full?");
  });
}

void Writer::finish() {
  std::promise<void> done;
  enqueue([&done] { done.set_value(); });
  done.get_future().wait();
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
