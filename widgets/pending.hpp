#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "engine/protocol/commands.hpp"

namespace qarium::widgets {

/// What the trainer or the inspector said last, for the status line.
struct Confirmation {
  std::string text;
  bool accepted = true;
  std::uint64_t number = 0;  ///< rises by one with each
};

/// Commands sent and not yet answered, and what the answers were.
class Pending {
 public:
  /// Every command that a panel emits is noted here by the panel itself (see `send` in context.hpp). `before` is the
  /// value in force, for a sentence like "2.5e-4 → 1e-4", and `note` what else is to be said of it.
  void sent(std::uint64_t id, const protocol::Command& command, std::string before = {}, std::string note = {});
  void acknowledged(const protocol::Acknowledgement& acknowledgement);
  /// An advance by hand is done; told once.
  void stepped(const protocol::StepReport& report);
  /// The newest answer to a beginning with another agent or environment (Configure, LoadTrained).
  struct Begun {
    std::uint64_t command = 0;  ///< its number
    bool accepted = false;
    std::string message;
  };
  const std::optional<Begun>& begun() const { return begun_; }
  /// What the window itself has done, or could not do.
  void told(std::string text, bool done) { confirm(std::move(text), done); }
  /// A value that never left the window, because it could not be read or is out of range.
  void refuse(std::string_view parameter, std::string reason);
  void clear_refusal(std::string_view parameter);

  /// The newest value sent for this hyperparameter and not yet answered; nullptr when there is none.
  const config::Value* pending(std::string_view parameter) const;
  /// Why its last value was refused; nullptr when it was not, or when a later one was accepted.
  const std::string* refusal(std::string_view parameter) const;
  /// Any command unanswered?
  bool waiting() const { return !sent_.empty(); }
  /// Is a command of this kind unanswered?
  template <class Kind>
  bool waiting_for() const {
    for (const auto& [id, entry] : sent_) {
      if (protocol::holds<Kind>(entry.command)) return true;
    }
    return false;
  }
  /// Number of the newest command sent that acts on the stage, or takes such back; 0: none yet.
  std::uint64_t newest_act() const { return newest_act_; }
  /// The last one worth telling (moves along the stage's past are not); nullptr before the first.
  const Confirmation* last() const { return confirmations_.empty() ? nullptr : &confirmations_.back(); }
  const std::deque<Confirmation>& confirmations() const { return confirmations_; }

 private:
  struct Sent {
    protocol::Command command;
    std::string before;
    std::string note;
  };
  void confirm(std::string text, bool accepted);

  std::map<std::uint64_t, Sent> sent_;  ///< by number, so the newest of a name is the last
  std::map<std::string, std::string, std::less<>> refusals_;
  std::deque<Confirmation> confirmations_;
  std::optional<Begun> begun_;
  std::uint64_t confirmed_ = 0;
  std::uint64_t newest_act_ = 0;
  std::uint64_t told_step_ = 0;  ///< StepReport::number
};

/// The change of a hyperparameter that it is; null where it is something else.
const protocol::Set* as_set(const protocol::Command& command);
/// Whether learning has begun again with this, from nothing or from another agent: what was plotted of it is no longer
/// true.
bool begins_again(const protocol::Acknowledgement& acknowledgement);

}  // namespace qarium::widgets
