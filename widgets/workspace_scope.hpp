#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// The room of a workspace for as long as it lives; it scrolls where its content needs more height than there is.
class WorkspaceScope {
 public:
  /// `wanted` is the least height of the content at scale 1; where it scrolls it has `comfortable`, if that is more, so
  /// that panels in it need not scroll by themselves.
  WorkspaceScope(const PanelContext& context, const Rect& area, float wanted, float comfortable = 0);
  WorkspaceScope(const WorkspaceScope&) = delete;
  WorkspaceScope& operator=(const WorkspaceScope&) = delete;
  ~WorkspaceScope();

  const Rect& inside() const { return inside_; }

 private:
  Rect inside_;
  bool scrolls_;
};

}  // namespace qarium::widgets
