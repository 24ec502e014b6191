#pragma once
#include <string>
#include <string_view>

#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

inline constexpr float kPanelHead = 32;  ///< height of a head at scale 1, and width of one that is turned

/// Opens a panel for as long as it lives: rounded ground, a head with coloured square, title, one quiet line of context
/// and a mark that folds it, and below it a body that clips, and scrolls where `content_height` says that it needs more
/// room.
class Panel {
 public:
  /// `title` also names the ImGui child. `tools_width` is kept free at the head's right for tools; the quiet line is
  /// shortened to fit.
  Panel(const PanelContext& context, std::string_view title, std::string_view quiet, ImU32 mark, const Rect& area,
        float tools_width = 0);
  Panel(const Panel&) = delete;
  Panel& operator=(const Panel&) = delete;
  ~Panel();

  /// Its head is all that there is of it, and is drawn: there are no tools and no body.
  bool folded() const { return folded_; }
  /// Room for tools, in the head at the right. Draw them before `begin_body`.
  const Rect& tools() const { return tools_; }
  /// Takes a strip off the body's top that does not scroll with it. Before `begin_body`.
  Rect strip(float height);
  /// Opens the body. The rectangle returned is what to draw into: at least `content_height` high, moved by the scroll
  /// position, inside the padding.
  Rect begin_body(float content_height = 0);

 private:
  void draw_head(std::string_view quiet, ImU32 mark, Rect head, float tools_width);
  void draw_turned_head(ImU32 mark);
  void draw_mark(const Rect& place, ImU32 color) const;
  void work_head(const Rect& head, std::string_view told);
  void draw_fold(const Rect& place);

  const PanelContext& context_;
  std::string title_;
  Rect area_;
  Rect tools_;
  Rect body_;
  float content_height_ = 0;
  bool body_open_ = false;
  bool folded_ = false;
};

}  // namespace qarium::widgets
