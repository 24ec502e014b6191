#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// The room of a workspace for as long as it lives; it scrolls where its content needs more height than there is.
class WorkspaceScope {
 public:
  /// `wanted` is the content's height at scale 1.
  WorkspaceScope(const PanelContext& context, const Rect& area, float wanted);
  WorkspaceScope(const WorkspaceScope&) = delete;
  WorkspaceScope& operator=(const WorkspaceScope&) = delete;
  ~WorkspaceScope();

  const Rect& inside() const { return inside_; }

 private:
  Rect inside_;
  bool scrolls_;
};

/// Stage and action values, curves and replay, hyperparameters: beside each other where there is room; in a small
/// window, or a large scale, the hyperparameters below the others, or all below each other, and the whole scrolls.
void draw_learn_workspace(const PanelContext& context, const Rect& area);
/// The frame under attention and action values, heads and whether their picture is true, the matrix of the tokens where
/// there is one: beside each other, or below each other, as in the Learn workspace.
void draw_attention_workspace(const PanelContext& context, const Rect& area);
/// Stage, action values and the addressing chain; the episode's pictures, and what was played beside; the memory now
/// and what may be supposed about it: beside each other, or below each other, as in the Learn workspace.
void draw_memory_workspace(const PanelContext& context, const Rect& area);
/// The tasks of the NTM paper: what learns and how far it is; answer and the memory's pictures; the memory at one step.
void draw_laboratory_workspace(const PanelContext& context, const Rect& area);

}  // namespace qarium::widgets
