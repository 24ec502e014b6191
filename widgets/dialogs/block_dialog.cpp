#include <algorithm>
#include <vector>

#include "widgets/dialogs/dialog.hpp"
#include "widgets/dialogs/dialogs.hpp"
#include "widgets/parameters/parameter_row.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/stages.hpp"

namespace qarium::widgets {
namespace {

constexpr float kBlockLine = 19;
constexpr float kLayerRow = 30;
constexpr float kLayerName = 132;

ShortText input_shape(const protocol::TrainerSnapshot& trainer, core::Stage stage) {
  if (!trainer.network) return {"–"};
  if (stage == core::Stage::Encoder) {
    return shape(trainer.network->observation.data(), trainer.network->observation.size());
  }
  const auto* before = find_block(trainer, core::kStages[static_cast<std::size_t>(stage) - 1]);
  return before == nullptr ? ShortText("–") : output_words(*before);
}

void draw_block_fact(const PanelContext& context, Rect row, std::string_view label, std::string_view value) {
  auto& list = *ImGui::GetWindowDrawList();
  draw_text_in(list, context.fonts.quiet, row.cut_left(context.px(90)), context.theme.quiet, label);
  draw_text_in(list, context.fonts.number, row, context.theme.text, value);
}

/// Among the rows of this block that matter.
bool stands(const PanelContext& context, const config::Parameter& parameter, config::Group group) {
  return parameter.group == group && config::applies(context.trainer.hyperparameters, parameter);
}

float parameters_height(const PanelContext& context, config::Group group, float width) {
  float height = 0;
  for (const auto& parameter : config::parameters()) {
    if (stands(context, parameter, group)) height += parameter_row_height(context, parameter, width);
  }
  return height;
}

/// The layers of this block that were looked into.
std::vector<const protocol::LayerActivity*> layers_of(const PanelContext& context, core::Stage stage) {
  std::vector<const protocol::LayerActivity*> layers;
  if (context.trainer.health == nullptr) return layers;
  for (const auto& layer : context.trainer.health->layers) {
    if (layer.stage == stage) layers.push_back(&layer);
  }
  return layers;
}

/// Of this block; null where nobody has looked yet.
const protocol::BlockNorms* norms_of(const PanelContext& context, core::Stage stage) {
  if (context.trainer.health == nullptr) return nullptr;
  for (const auto& norms : context.trainer.health->norms) {
    if (norms.stage == stage) return &norms;
  }
  return nullptr;
}

/// Whether a layer of the network, of whichever block, has dormant units that can be drawn anew.
bool can_recycle(const PanelContext& context) {
  const auto& layers = context.trainer.health->layers;
  return std::any_of(layers.begin(), layers.end(),
                     [](const auto& layer) { return layer.recyclable && layer.dormant > 0; });
}

constexpr int kHealthLines = 3;

/// Dormant units and the button that draws them anew, effective rank, norms.
void draw_health(const PanelContext& context, core::Stage stage,
                 const std::vector<const protocol::LayerActivity*>& layers, Rect area) {
  Rect row = area.cut_top(context.px(kBlockLine));
  const Button redraw{.label = "ReDo",
                      .enabled = can_recycle(context),
                      .tooltip =
                          "Draws the network's dormant units anew, but for those that attention, memory or noisy "
                          "layers read: what comes in at random, what goes out 0 (Sokar 2023). Stands in the journal"};
  if (draw_button(context, "block.redo", row.cut_right(button_width(context, redraw), context.px(8)), redraw))
    send(context, protocol::RecycleDormant{});
  std::int64_t dormant = 0;
  std::int64_t units = 0;
  const protocol::LayerActivity* ranked = nullptr;
  for (const auto* layer : layers) {
    dormant += layer->dormant;
    units += layer->units;
    if (layer->effective_rank > 0) ranked = layer;
  }
  draw_block_fact(context, row, "dormant", count(dormant).add(" of ").add(count(units)).add(" units"));
  row = area.cut_top(context.px(kBlockLine));
  ShortText rank("not measured");
  if (ranked != nullptr) {
    const auto most = std::min(ranked->units, ranked->states);
    rank = count(ranked->effective_rank).add(" of ").add(count(most)).add(", of ").add(ranked->layer);
  }
  draw_block_fact(context, row, "effective rank", rank);
  row = area.cut_top(context.px(kBlockLine));
  ShortText sizes("not measured");
  if (const auto* norms = norms_of(context, stage))
    sizes = ShortText("weights ").add(number(norms->weights)).add(", last gradient ").add(number(norms->gradient));
  draw_block_fact(context, row, "2-norms", sizes);
}

/// A row of the page that tells of one layer or parameter.
struct LayerRow {
  ShortText control;
  Interaction interaction;
  Rect plot;
};

/// Its name and, to the right, what stands for it in a word or two, in room for `widest`; between them is the plot.
LayerRow draw_layer_row(const PanelContext& context, std::string_view part, std::string_view name,
                        std::string_view words, std::string_view widest, ImU32 color, Rect row) {
  auto& list = *ImGui::GetWindowDrawList();
  LayerRow its;
  its.control.add("block.").add(part).add(".").add(name);
  its.interaction = interact(context, its.control, row);
  draw_text_in(list, context.fonts.quiet, row.cut_left(context.px(kLayerName), context.px(6)), context.theme.text,
               name);
  draw_text_in(list, context.fonts.number, row.cut_right(text_width(context.fonts.number, widest), context.px(8)),
               color, words, Align::Right);
  its.plot = row;
  return its;
}

/// How many units answer how many of the states, and how many none.
void draw_activity(const PanelContext& context, const protocol::LayerActivity& layer, Rect row) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const auto dead = count(layer.dead).add(" of ").add(count(layer.units)).add(" dead");
  const bool many = 2 * layer.dead > layer.units;
  const auto its = draw_layer_row(context, "activity", layer.layer, dead, "1,024 of 1,024 dead",
                                  many ? theme.attention : theme.text, row);
  const auto most = std::max<std::int64_t>(*std::max_element(layer.by_share.begin(), layer.by_share.end()), 1);
  const Rect plot = its.plot.shrunk(0, context.px(2));
  const float width = plot.width() / static_cast<float>(layer.by_share.size());
  for (std::size_t bin = 0; bin < layer.by_share.size(); ++bin) {
    if (layer.by_share[bin] == 0) continue;
    const float share = static_cast<float>(layer.by_share[bin]) / static_cast<float>(most);
    const float x = plot.min.x + static_cast<float>(bin) * width;
    fill(list, {{x, plot.max.y - std::max(1.0F, share * plot.height())}, {x + width - 1, plot.max.y}},
         theme.stage(layer.stage));
  }
  list.AddLine({plot.min.x, plot.max.y}, plot.max, theme.line);
  if (!its.interaction.hovered) return;
  const auto bin = static_cast<std::size_t>(
      std::clamp((ImGui::GetIO().MousePos.x - plot.min.x) / std::max(width, 1.0F), 0.0F, 9.0F));
  ShortText help;
  help.print("%zu to %zu %% of the states: ", 10 * bin, 10 * bin + 10);
  tooltip(context, its.control, its.interaction,
          help.add(count(layer.by_share[bin])).add(" units are not zero there. Dead: zero in every state looked at."));
}

std::vector<const protocol::TraceLayer*> traces_of(const PanelContext& context, core::Stage stage) {
  std::vector<const protocol::TraceLayer*> its;
  if (!context.trainer.health) return its;
  for (const auto& layer : context.trainer.health->trace) {
    if (layer.stage == stage) its.push_back(&layer);
  }
  return its;
}

constexpr float kTraceLegend = 16;
constexpr std::string_view kWidestShare = "100 % live";

/// The trace of one parameter as a bar against `most`, the network's greatest: what the next TD error will move, and
/// how much of it is live.
void draw_trace(const PanelContext& context, const protocol::TraceLayer& layer, double most, Rect row) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  ShortText words;
  words.print("%.0f %% live",
              100 * static_cast<double>(layer.live) / static_cast<double>(std::max<std::int64_t>(layer.numbers, 1)));
  const auto its = draw_layer_row(context, "trace", layer.parameter, words, kWidestShare, theme.text, row);
  const Rect track = its.plot.shrunk(0, context.px(5));
  fill(list, track, theme.line_quiet, context.px(2));
  const float share = most > 0 ? static_cast<float>(layer.norm / most) : 0;
  fill(list, {track.min, {track.min.x + share * track.width(), track.max.y}}, theme.stage(layer.stage), context.px(2));
  ShortText help("2-norm of the trace ");
  help.add(number(layer.norm)).add("; live: ").add(count(layer.live)).add(" of ").add(count(layer.numbers));
  tooltip(context, its.control, its.interaction,
          help.add(" weights, with a trace of 1 % or more of the network's greatest"));
}

/// The eligibility trace of the block's parameters, with the scale of their bars.
void draw_traces(const PanelContext& context, const std::vector<const protocol::TraceLayer*>& layers, Rect area) {
  auto& list = *ImGui::GetWindowDrawList();
  double most = 0;
  for (const auto& layer : context.trainer.health->trace)
    most = std::max(most, layer.norm);
  for (const auto* layer : layers)
    draw_trace(context, *layer, most, area.cut_top(context.px(kLayerRow)));
  Rect legend = area.cut_top(context.px(kTraceLegend));
  legend.cut_left(context.px(kLayerName), context.px(6));
  legend.cut_right(text_width(context.fonts.number, kWidestShare), context.px(8));
  draw_text_in(list, context.fonts.number, legend, context.theme.quiet, "0");
  draw_text_in(list, context.fonts.number, legend, context.theme.quiet, number(most), Align::Right);
}

}  // namespace

void draw_block_dialog(const PanelContext& context) {
  const auto stage = context.view.transient.block;
  const auto group = stage_group(stage);
  const auto* block = find_block(context.trainer, stage);
  const auto layers = block == nullptr ? 1 : std::max<std::size_t>(1, block->layers.size());
  const auto activity = layers_of(context, stage);
  const auto traces = traces_of(context, stage);
  constexpr float kWidth = 440;
  const float rows = parameters_height(context, group, context.px(kWidth - 40)) / context.scale;
  const float height =
      32 + 34 + 3 * kBlockLine + 12 + 22 + static_cast<float>(layers) * kBlockLine + 12 + 22 + rows + 8 +
      (activity.empty() ? 0
                        : 22 + static_cast<float>(activity.size()) * kLayerRow + 6 + kHealthLines * kBlockLine + 12) +
      (traces.empty() ? 0 : 22 + static_cast<float>(traces.size()) * kLayerRow + kTraceLegend + 12);
  const float share = (static_cast<float>(stage) + 0.5F) / 5;
  const ImVec2 at{ImGui::GetIO().DisplaySize.x * (0.1F + 0.75F * share) - context.px(kWidth / 2), context.px(118)};
  DialogScope dialog(context, "block", {kWidth, height}, false, at);
  if (!dialog.open()) return;
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  ShortText title(stage_title(stage));
  title.add(", ").add(block != nullptr ? std::string_view(block->kind)
                                       : configured_kind(context.trainer.hyperparameters, stage));
  Rect rest = draw_dialog_title(context, dialog.inside(), title, theme.stage(stage));
  draw_block_fact(context, rest.cut_top(context.px(kBlockLine)), "takes", input_shape(context.trainer, stage));
  draw_block_fact(context, rest.cut_top(context.px(kBlockLine)), "gives",
                  block == nullptr ? ShortText("–") : output_words(*block));
  draw_block_fact(context, rest.cut_top(context.px(kBlockLine), context.px(12)), "parameters",
                  block == nullptr ? ShortText("–") : count(block->parameters));
  draw_text_in(list, context.fonts.quiet, rest.cut_top(context.px(22)), theme.quiet, "LAYERS");
  if (block == nullptr || block->layers.empty()) {
    draw_text_in(list, context.fonts.text, rest.cut_top(context.px(kBlockLine)), theme.quiet,
                 "none: it passes on what comes");
  } else {
    for (const auto& layer : block->layers) {
      draw_text_in(list, context.fonts.number, rest.cut_top(context.px(kBlockLine)), theme.text, layer);
    }
  }
  rest.cut_top(context.px(12));
  if (!activity.empty()) {
    draw_text_in(list, context.fonts.quiet, rest.cut_top(context.px(22)), theme.quiet,
                 "UNITS BY SHARE OF STATES IN WHICH THEY ARE NOT ZERO");
    for (const auto* layer : activity)
      draw_activity(context, *layer, rest.cut_top(context.px(kLayerRow)));
    rest.cut_top(context.px(6));
    draw_health(context, stage, activity, rest.cut_top(context.px(kHealthLines * kBlockLine)));
    rest.cut_top(context.px(12));
  }
  if (!traces.empty()) {
    draw_text_in(list, context.fonts.quiet, rest.cut_top(context.px(22)), theme.quiet,
                 "ELIGIBILITY TRACE: WHAT THE NEXT TD ERROR MOVES");
    const float height_of_traces = static_cast<float>(traces.size()) * kLayerRow + kTraceLegend;
    draw_traces(context, traces, rest.cut_top(context.px(height_of_traces), context.px(12)));
  }
  draw_text_in(list, context.fonts.quiet, rest.cut_top(context.px(22)), theme.quiet, "HYPERPARAMETERS");
  for (const auto& parameter : config::parameters()) {
    if (!stands(context, parameter, group)) continue;
    const float row = parameter_row_height(context, parameter, rest.width());
    draw_parameter_row(context, parameter, rest.cut_top(row), "block");
  }
  if (context.view.transient.dialog != Dialog::Block) dialog.close();
}

}  // namespace qarium::widgets
