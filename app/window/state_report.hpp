#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/protocol/commands.hpp"
#include "engine/session/session.hpp"
#include "widgets/context.hpp"

namespace qarium::app {

/// The window's own state as one JSON file that is replaced as a whole, for tests that drive it from outside: what
/// learning and the stage do, where each control stands, what was acknowledged, how long frames take.
class StateReport {
 public:
  /// An empty file name reports nothing.
  explicit StateReport(std::string file) : file_(std::move(file)) {}

  void acknowledged(const protocol::Acknowledgement& acknowledgement);
  /// Whether there is a file, and it is old.
  bool due() const;
  /// `frames` counts those drawn so far.
  void write(const widgets::PanelContext& context, session::Session& session, std::uint64_t frames,
             const std::string& renderer);

 private:
  using Clock = std::chrono::steady_clock;

  std::filesystem::path file_;
  std::vector<protocol::Acknowledgement> acknowledgements_;
  Clock::time_point written_at_{};
};

}  // namespace qarium::app
