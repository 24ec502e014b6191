#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace qarium::widgets {

/// What plain keys can ask of an environment, as bits: arrows or WASD, and the space bar.
namespace moves {
inline constexpr unsigned kLeft = 1;
inline constexpr unsigned kRight = 2;
inline constexpr unsigned kUp = 4;
inline constexpr unsigned kDown = 8;
inline constexpr unsigned kFire = 16;
}  // namespace moves

/// Which keys take which of an environment's actions, by the names that the actions have there.
class ActionKeys {
 public:
  ActionKeys() = default;
  explicit ActionKeys(std::span<const std::string> names);

  /// The action for the keys that are held, of which `newest` went down last: the one that means all of them ("up
  /// right"), else the one that means the newest. -1 where there is none. The space bar alone fires or, where nothing
  /// can be fired, does nothing for a step.
  int action(unsigned held, unsigned newest) const;
  /// The action that does nothing; -1 where there is none.
  int idle() const { return idle_; }
  /// What an action's name means; nothing where it says nothing of the keys.
  std::optional<unsigned> meaning(int action) const;
  /// The key to press for it alone: a move of one key, 0 where it has none or needs several.
  unsigned key_of(int action) const;
  int size() const { return static_cast<int>(meanings_.size()); }

 private:
  int find(unsigned meaning) const;

  std::vector<std::optional<unsigned>> meanings_;  ///< by action
  int idle_ = -1;
};

}  // namespace qarium::widgets
