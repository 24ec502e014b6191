#pragma once
#include <string_view>

#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// Opens a panel for as long as it lives: rounded ground, a head of 32 px with coloured square, title and one quiet
/// line of context, and below it a body that clips, and scrolls where `content_height` says that it needs more room.
class Panel {
 public:
  /// `title` also names the ImGui child. `tools_width` is kept free at the head's right for tools; the quiet line is
  /// shortened to fit.
  Panel(const PanelContext& context, std::string_view title, std::string_view quiet, ImU32 mark, const Rect& area,
        float tools_width = 0);
  Panel(const Panel&) = delete;
  Panel& operator=(const Panel&) = delete;
  ~Panel();

  /// Room for tools, in the head at the right. Draw them before `begin_body`.
  const Rect& tools() const { return tools_; }
  /// Takes a strip off the body's top that does not scroll with it. Before `begin_body`.
  Rect strip(float height);
  /// Opens the body. The rectangle returned is what to draw into: at least `content_height` high, moved by the scroll
  /// position, inside the padding.
  Rect begin_body(float content_height = 0);

 private:
  const PanelContext& context_;
  Rect area_;
  Rect tools_;
  Rect body_;
  float content_height_ = 0;
  bool body_open_ = false;
};

}  // namespace qarium::widgets
