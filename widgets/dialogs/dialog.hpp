#pragma once
#include <string_view>

#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// A dialog's window for as long as it lives. `open()` tells whether to draw; the rectangle is its inside.
class DialogScope {
 public:
  /// Sizes at scale 1, cut down to the display. A modal one stands in the middle; the other at `at`, and goes when
  /// something else is clicked. `content_height` > the height left makes it scroll.
  DialogScope(const PanelContext& context, const char* id, ImVec2 size, bool modal, ImVec2 at = {});
  DialogScope(const DialogScope&) = delete;
  DialogScope& operator=(const DialogScope&) = delete;
  ~DialogScope();

  bool open() const { return open_; }
  const Rect& inside() const { return inside_; }
  /// Closes it at the end of this frame.
  void close();

 private:
  const PanelContext& context_;
  bool open_ = false;
  bool closing_ = false;
  float content_ = 0;
  Rect inside_;
};

/// A heading with the colour of what it is about; returns what is left below.
Rect draw_dialog_title(const PanelContext& context, const Rect& inside, std::string_view title, ImU32 mark);
enum class Answer { None, Refused, Agreed, Other };
struct Answers {
  std::string_view agree;
  bool possible = true;
  std::string_view other;  ///< another way to agree; empty = none
};
/// The buttons at the bottom right: PLACE.agree, PLACE.cancel, PLACE.other. Enter agrees, T chooses the other way.
Answer draw_answer(const PanelContext& context, const Rect& inside, std::string_view place, const Answers& answers);

}  // namespace qarium::widgets
