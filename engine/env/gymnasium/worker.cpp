#include "engine/env/gymnasium/worker.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "engine/core/error.hpp"

namespace qarium::env::gymnasium {
namespace {

using nlohmann::json;

struct EmbeddedScript {
  std::string_view name;
  std::string_view text;
};
constexpr EmbeddedScript kScripts[] = {
#include "embedded_worker.inc"
};

constexpr int kProtocol = 4;
constexpr std::size_t kHeader = 64;
constexpr std::size_t kRewardAt = 8;
constexpr std::size_t kTerminatedAt = 16;
constexpr std::size_t kTruncatedAt = 17;
constexpr std::size_t kLifeLostAt = 18;
constexpr std::size_t kMostSlots = 256;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::size_t bytes_of(const json& description) {
  std::size_t size = description.at("bytes").get<bool>() ? 1 : 4;
  for (const auto& extent : description.at("shape"))
    size *= extent.get<std::size_t>();
  return size;
}

}  // namespace

Worker::Worker(const WorkerOrder& order)
    : order_(order), description_(std::make_unique<json>()), stepping_(order.slots), failures_(order.slots) {
  if (order_.slots < 1 || order_.slots > kMostSlots) throw std::invalid_argument("slots of a worker");
  try {
    start();
  } catch (const EnvironmentFailure& failure) {
    if (socket_ >= 0) close(socket_);
    throw core::UserError(failure.what());
  } catch (...) {
    if (socket_ >= 0) close(socket_);
    throw;
  }
}

Worker::~Worker() {
  if (socket_ >= 0) close(socket_);  // the worker reads the end of the socket and ends
}

void Worker::start() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw std::system_error(errno, std::generic_category(), "a socket to an environment");
  socket_ = ends[0];
  const std::string script(kScripts[0].text);
  try {
    process_ = std::make_unique<Process>(std::vector<std::string>{order_.interpreter.path, "-P", "-c", script},
                                         std::vector<int>{ends[1], memory_.descriptor()});
  } catch (const std::system_error& error) {
    close(ends[1]);
    throw core::UserError("the Python '" + order_.interpreter.path + "' cannot be started: " + error.what());
  }
  close(ends[1]);
  alive_ = true;
  const auto hello = receive(order_.patience.start, std::nullopt);
  if (hello->contains("failed")) {
    throw core::UserError("the Python '" + order_.interpreter.path + "' (of " + order_.interpreter.source +
                          ") cannot run environments: " + hello->at("words").get<std::string>() +
                          ". Type ./dev gym, or name another by --python or QARIUM_PYTHON.");
  }
  if (hello->value("protocol", 0) != kProtocol) give_up("speaks another version of the protocol");
  const auto patience = order_.patience;
  order_.patience.answer = patience.start;
  json making = {{"do", "make"}, {"id", order_.id}, {"bins", order_.action_bins}};
  if (order_.arcade) {
    making["arcade"] = {{"frame_skip", order_.arcade->frame_skip},
                        {"sticky", order_.arcade->sticky},
                        {"noop_max", order_.arcade->noop_max},
                        {"terminal_on_life_loss", order_.arcade->terminal_on_life_loss},
                        {"fire_reset", order_.arcade->fire_reset}};
  }
  *description_ = ask(making);
  observation_bytes_ = bytes_of(*description_);
  stride_ = (kHeader + observation_bytes_ + kHeader - 1) / kHeader * kHeader;
  memory_.open(order_.slots * stride_);
  ask({{"do", "open"}, {"slots", order_.slots}, {"stride", stride_}});
  order_.patience = patience;
}

void Worker::give_up(const std::string& why) {
  alive_ = false;
  std::string text = order_.id + ": its worker " + why;
  if (process_) {
    const bool ended_by_itself = process_->wait(0.2);
    process_->kill();
    process_->wait(1);
    if (ended_by_itself) text = order_.id + ": its worker " + process_->end();
    if (const auto words = process_->last_words(); !words.empty()) text += ". Its last words: " + words;
  }
  throw EnvironmentFailure(text);
}

void Worker::fail(const json& answer) const {
  const auto where = answer.value("where", std::string());
  const auto during = answer.at("failed").get<std::string>();
  throw EnvironmentFailure(order_.id + ", " + during + ": " + answer.at("words").get<std::string>() +
                           (where.empty() ? "" : " (" + where + ")"));
}

void Worker::send(std::string_view bytes) {
  const std::string all = std::exchange(unsent_, {}) + std::string(bytes);
  bytes = all;
  const double until = now() + order_.patience.answer;
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) give_up("has gone");
    // It is busy, perhaps with words that nobody reads.
    pollfd socket{socket_, POLLOUT, 0};
    poll(&socket, 1, 50);
    process_->read_words();
    if (now() > until) give_up("hangs: it takes no requests");
  }
}

bool Worker::read_some(double until) {
  std::array<pollfd, 2> from{{{socket_, POLLIN, 0}, {process_->words_descriptor(), POLLIN, 0}}};
  const auto milliseconds = static_cast<int>(std::max(0.0, until - now()) * 1'000) + 1;
  const int ready = poll(from.data(), from.size(), milliseconds);
  if (ready == 0) return false;
  if ((from[1].revents & POLLIN) != 0) process_->read_words();
  if ((from[0].revents & (POLLIN | POLLHUP)) == 0) {
    if ((from[1].revents & POLLHUP) != 0) give_up("has gone");
    return now() < until;
  }
  std::array<char, 1 << 16> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): written by recv
  const auto taken = recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (taken == 0 || (taken < 0 && errno != EAGAIN && errno != EINTR)) give_up("has gone");
  if (taken > 0) unread_.append(buffer.data(), static_cast<std::size_t>(taken));
  return true;
}

std::optional<json> Worker::receive(double seconds, std::optional<std::size_t> slot) {
  const double until = now() + seconds;
  while (true) {
    if (slot && stepping_[*slot] != Stepping::Yes) return std::nullopt;
    if (unread_.size() >= 2 && unread_[0] == 'd') {
      const auto done = static_cast<unsigned char>(unread_[1]);
      if (done >= stepping_.size() || stepping_[done] != Stepping::Yes) give_up("answered what nobody asked");
      stepping_[done] = Stepping::Done;
      unread_.erase(0, 2);
      continue;
    }
    const auto end = unread_.find('\n');
    if (!unread_.empty() && unread_[0] != 'd' && end != std::string::npos) {
      const auto answer =
          json::parse(unread_.begin(), unread_.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
      unread_.erase(0, end + 1);
      if (!answer.is_object()) give_up("answered what is no JSON");
      if (answer.value("failed", "") != "step") return answer;
      const auto failed = answer.value("slot", kMostSlots);
      if (failed >= stepping_.size()) give_up("answered what nobody asked");
      stepping_[failed] = Stepping::Done;
      try {
        fail(answer);
      } catch (const EnvironmentFailure& failure) {
        failures_[failed] = failure.what();
      }
      continue;
    }
    if (!unread_.empty() && unread_[0] != 'd' && unread_[0] != '{') give_up("answered what is no JSON");
    if (!read_some(until)) give_up("hangs: no answer within " + std::to_string(static_cast<int>(seconds)) + " s");
  }
}

std::vector<std::string> known_environments(const Interpreter& interpreter, double seconds) {
  const SharedBlock told;  // in the place of the socket
  const std::string script(kScripts[0].text);
  std::unique_ptr<Process> started;
  try {
    started = std::make_unique<Process>(std::vector<std::string>{interpreter.path, "-P", "-c", script, "list"},
                                        std::vector<int>{told.descriptor()});
  } catch (const std::system_error& error) {
    throw core::UserError("the Python '" + interpreter.path + "' cannot be started: " + error.what());
  }
  auto& process = *started;
  const double until = now() + seconds;
  while (!process.wait(0.05) && now() < until)
    process.read_words();
  process.read_words();
  if (const auto end = process.end(); end != "ended with code 0") {
    throw core::UserError("the Python '" + interpreter.path + "' (of " + interpreter.source +
                          ") does not say which environments it knows: it " + (end.empty() ? "hangs" : end) + ". " +
                          process.last_words());
  }
  std::vector<std::string> ids;
  std::string id;
  for (std::size_t at = 0;; ++at) {
    const auto letter = told.beyond(at, 1);
    if (letter.empty()) return ids;
    if (const auto read = std::to_integer<char>(letter[0]); read != '\n') {
      id += read;
    } else {
      ids.push_back(std::exchange(id, {}));
    }
  }
}

json Worker::ask(const json& request) {
  if (!alive_) throw EnvironmentFailure(order_.id + ": its worker is gone");
  send(request.dump() + "\n");
  auto answer = receive(order_.patience.answer, std::nullopt);
  if (answer->contains("failed")) fail(*answer);
  return std::move(*answer);
}

void Worker::begin_step(std::size_t slot, std::int32_t action) {
  if (!alive_) throw EnvironmentFailure(order_.id + ": its worker is gone");
  std::memcpy(memory_.bytes().subspan(slot * stride_).data(), &action, sizeof action);
  stepping_[slot] = Stepping::Yes;
  failures_[slot].clear();
  unsent_ += {'s', static_cast<char>(slot)};
  if (std::ranges::count(stepping_, Stepping::Yes) == std::ssize(stepping_)) send({});
}

Worker::Step Worker::finish_step(std::size_t slot) {
  if (!alive_) throw EnvironmentFailure(order_.id + ": its worker is gone");
  if (!unsent_.empty()) send({});
  receive(order_.patience.answer, slot);
  stepping_[slot] = Stepping::No;
  if (!failures_[slot].empty()) throw EnvironmentFailure(std::exchange(failures_[slot], {}));
  const auto header = memory_.bytes().subspan(slot * stride_);
  Step step;
  std::memcpy(&step.reward, header.data() + kRewardAt, sizeof step.reward);
  step.terminated = header[kTerminatedAt] != std::byte{0};
  step.truncated = header[kTruncatedAt] != std::byte{0};
  step.life_lost = header[kLifeLostAt] != std::byte{0};
  return step;
}

std::span<const std::byte> Worker::observation(std::size_t slot) const {
  return memory_.bytes().subspan(slot * stride_ + kHeader, observation_bytes_);
}

}  // namespace qarium::env::gymnasium
