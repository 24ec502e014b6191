#pragma once
#include <set>
#include <string>

#include "tests/panel/rig.hpp"

namespace qarium {

/// Watches what is drawn and says what nobody could see: words and controls that lie beyond their clip rectangle where
/// no scroll bar brings them back, and scroll bars within what is scrolled itself.
class Reach {
 public:
  explicit Reach(Rig& rig);
  Reach(const Reach&) = delete;
  Reach& operator=(const Reach&) = delete;
  ~Reach();

  /// At the window as it is, and where the workspace scrolls, page by page.
  void look();
  struct Shortened {
    ImVec2 at;  ///< in the middle of what is seen of it
    std::string text;
  };
  const std::set<std::string>& lost() const { return lost_; }
  /// Windows that scroll in a window that scrolls the same way: "Hyperparameters/body in workspace".
  const std::set<std::string>& doubled() const { return doubled_; }
  /// Words that stand over other words of their window.
  const std::set<std::string>& overlapping() const { return overlapping_; }
  const std::vector<Shortened>& shortened() const { return shortened_; }

 private:
  /// A frame, and what is wrong with it.
  void watch_frame();
  void note_doubled();
  void note_overlapping();

  Rig& rig_;
  std::set<std::string> lost_;
  std::set<std::string> doubled_;
  std::set<std::string> overlapping_;
  struct Words {
    const ImDrawList* list;
    widgets::Rect seen;
    std::string text;
  };
  std::vector<Words> words_;  ///< of this frame
  std::vector<Shortened> shortened_;
};

}  // namespace qarium
