#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/window/frame_timer.hpp"
#include "engine/protocol/commands.hpp"
#include "engine/session/session.hpp"
#include "widgets/context.hpp"

namespace qarium::app {

/// How long frames took: wall time, processor time for panels and uploads, and the main thread's from frame to frame.
struct FrameTimers {
  FrameTimer& wall;
  FrameTimer& panels;
  FrameTimer& own;
};

/// The window's own state as one JSON file that is replaced as a whole, for tests that drive it from outside: what
/// learning and the stage do, where each control stands, what was acknowledged, how long frames take.
class StateReport {
 public:
  /// An empty file name reports nothing.
  explicit StateReport(std::string file) : file_(std::move(file)) {}

  void acknowledged(const protocol::Acknowledgement& acknowledgement);
  /// Whether there is a file, and it is old.
  bool due() const;
  void write(const widgets::PanelContext& context, session::Session& session, const FrameTimers& frames,
             const std::string& renderer);

 private:
  using Clock = std::chrono::steady_clock;

  std::filesystem::path file_;
  std::vector<protocol::Acknowledgement> acknowledgements_;
  Clock::time_point written_at_{};
};

}  // namespace qarium::app
