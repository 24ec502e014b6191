#include <algorithm>
#include <cmath>

#include "widgets/laboratory/laboratory_panels.hpp"
#include "widgets/laboratory/laboratory_state.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kAnswerLeastPicture = 34;
constexpr float kAnswerGap = 6;
constexpr std::size_t kPictures = 3;
constexpr float kAnswerThreeColumns = 600;  ///< from this width on the three stand side by side
constexpr std::size_t kMostCrosses = 2'000;

/// Its sizes fit together.
bool sound_answer(const protocol::LaboratorySample& sample) {
  const auto steps = static_cast<std::size_t>(std::max(sample.steps, 0));
  const auto cells = steps * static_cast<std::size_t>(std::max(sample.outputs, 0));
  return cells > 0 && sample.target.size() == cells && sample.answer.size() == cells && sample.scored.size() == steps;
}

/// Target, answer and error as strips, where the sample is another.
void hold_verdicts(protocol::MemoryEpisode& verdicts, const protocol::LaboratorySample& sample) {
  if (verdicts.version == sample.version && verdicts.columns == sample.steps) return;
  using protocol::TraceRole;
  verdicts = {.version = sample.version, .columns = sample.steps};
  verdicts.traces = {{"target", TraceRole::Output, 0, sample.outputs, false, sample.target},
                     {"answer", TraceRole::Output, 1, sample.outputs, false, sample.answer},
                     {"error", TraceRole::Error, 2, sample.outputs, true, {}}};
  auto& error = verdicts.traces.back().values;
  const auto outputs = static_cast<std::size_t>(sample.outputs);
  for (std::size_t i = 0; i < sample.answer.size(); ++i)
    error.push_back(sample.scored[i / outputs] ? sample.answer[i] - sample.target[i] : 0);
}

bool wrong(const protocol::LaboratorySample& sample, std::size_t at) {
  return (sample.answer[at] > 0.5F) != (sample.target[at] > 0.5F);
}

/// Crosses on the wrong bits, and a veil over what does not count.
void mark_answer(const PanelContext& context, const protocol::LaboratorySample& sample, const DrawnPicture& drawn,
                 bool crosses) {
  if (drawn.plot.empty()) return;
  auto& list = *ImGui::GetWindowDrawList();
  list.PushClipRect(drawn.plot.min, drawn.plot.max, true);
  const auto outputs = static_cast<std::size_t>(sample.outputs);
  std::size_t marked = 0;
  const int end = std::min(drawn.window.first + drawn.window.count, sample.steps);
  for (int step = drawn.window.first; step < end; ++step) {
    if (!sample.scored[static_cast<std::size_t>(step)]) {
      const Rect low = drawn.cell(step, 0, sample.outputs);
      fill(list, {{low.min.x, drawn.plot.min.y}, {low.max.x, drawn.plot.max.y}}, faded(context.theme.raised, 0.85F));
      continue;
    }
    for (std::size_t bit = 0; crosses && bit < outputs && marked < kMostCrosses; ++bit) {
      if (!wrong(sample, static_cast<std::size_t>(step) * outputs + bit)) continue;
      ++marked;
      const Rect cell = drawn.cell(step, static_cast<int>(bit), sample.outputs);
      const float size = std::clamp(std::min(cell.width(), cell.height()), context.px(7), context.px(12));
      draw_icon(list, Icon::Cross, cell.centre(), size, context.theme.wrong);
    }
  }
  list.PopClipRect();
}

}  // namespace

TimePointing draw_laboratory_answer(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  TimePointing pointing;
  const auto* sample = laboratory_of(context).sample.get();
  const bool drawable = sample != nullptr && sound_answer(*sample);
  ShortText quiet;
  if (drawable) {
    quiet = ShortText(count(sample->wrong_bits)).add(sample->wrong_bits == 1 ? " wrong bit" : " wrong bits");
    quiet.add(" · after ").add(count(sample->sequences)).add(" sequences");
    if (sample->length > laboratory_of(context).options.max_length) quiet.add(" · longer than any learned");
  }
  Panel panel(context, "Answer", quiet, context.theme.stage(core::Stage::Head), area);
  if (panel.folded()) return pointing;
  if (!drawable) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, panel.begin_body(), context.theme.quiet,
                 "press Start: what a network answers that learns the task will stand here", Align::Centre);
    return pointing;
  }
  auto& state = context.view.of<LaboratoryState>();
  hold_verdicts(state.verdicts, *sample);
  ShownMemory answer = shown;
  answer.episode = &state.verdicts;
  answer.kept = &state.answer;
  const bool abreast = area.width() >= context.px(kAnswerThreeColumns);
  const int rows = abreast ? 1 : static_cast<int>(kPictures);
  Rect body = panel.begin_body(static_cast<float>(rows) *
                               context.px(kPictureTitle + kAnswerLeastPicture + kPictureSteps + kAnswerGap));
  const float gap = context.px(kAnswerGap);
  const float high = (body.height() + gap) / static_cast<float>(rows) - gap;
  const float wide = abreast ? (body.width() - 2 * context.px(16)) / 3 : body.width();
  for (std::size_t i = 0; i < kPictures; ++i) {
    const Rect cell = abreast ? body.cut_left(wide, context.px(16)) : body.cut_top(high, gap);
    const auto drawn = draw_trace_picture(context, answer, i, cell, pointing);
    mark_answer(context, *sample, drawn, i == kPictures - 1);
  }
  return pointing;
}

}  // namespace qarium::widgets
