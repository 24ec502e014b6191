#include <algorithm>
#include <array>

#include "widgets/actions.hpp"
#include "widgets/bars/bars.hpp"
#include "widgets/bars/scrubber.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/imgui_compat.hpp"
#include "widgets/parts/popup.hpp"
#include "widgets/take_over/take_over.hpp"

namespace qarium::widgets {
namespace {

enum class TransportItem {
  Pause,
  Step,
  Update,
  Rollout,
  Episode,
  Play,
  Back,
  Forward,
  Resume,
  Branch,
  NewEpisode,
  TakeOver
};
constexpr std::array kTransportLearning{TransportItem::Pause, TransportItem::Step, TransportItem::Update,
                                        TransportItem::Rollout, TransportItem::Episode};
constexpr std::array kTransportStage{TransportItem::Play, TransportItem::Back, TransportItem::Forward};
constexpr std::array kChange{TransportItem::Resume, TransportItem::Branch, TransportItem::NewEpisode,
                             TransportItem::TakeOver};

/// How much is written out; the first that leaves the scrubber its room is taken.
struct Detail {
  bool keys;
  bool headings;
  bool long_words;
  bool pause_word;
  bool letters;  ///< buttons say their keys in place of words
  float scrubber;
  float gap = 8;     ///< between buttons
  float apart = 16;  ///< between groups of them
  float speed = 72;
  bool bare = false;  ///< words without a frame
};
constexpr std::array kDetails{Detail{true, true, true, true, false, 240},
                              Detail{false, true, true, true, false, 200},
                              Detail{false, false, true, true, false, 160},
                              Detail{false, false, false, true, false, 140},
                              Detail{false, false, false, false, false, 80},
                              Detail{false, false, false, false, false, 60, 4, 8, 60, true},
                              Detail{false, false, false, false, true, 80, 4, 8, 60, true}};

constexpr std::array<double, 7> kSpeeds{0.25, 0.5, 1, 2, 4, 8, protocol::kUnlimitedSpeed};
constexpr std::array<std::string_view, 7> kSpeedNames{"0.25×", "0.5×", "1×", "2×", "4×", "8×", "max"};

/// The page of actions.
struct TakeOverState {
  bool open = false;
  bool opens = false;   ///< with the click of this frame
  bool closes = false;  ///< by the button that is still down
};

std::string_view name_of(TransportItem item) {
  switch (item) {
    case TransportItem::Pause:
      return "transport.pause";
    case TransportItem::Step:
      return "transport.step";
    case TransportItem::Update:
      return "transport.update";
    case TransportItem::Rollout:
      return "transport.rollout";
    case TransportItem::Episode:
      return "transport.episode";
    case TransportItem::Play:
      return "transport.play";
    case TransportItem::Back:
      return "transport.back";
    case TransportItem::Forward:
      return "transport.forward";
    case TransportItem::Resume:
      return "transport.resume";
    case TransportItem::Branch:
      return "transport.branch";
    case TransportItem::NewEpisode:
      return "transport.new_episode";
    case TransportItem::TakeOver:
      break;
  }
  return "transport.take_over";
}

/// What a key costs where one unit brings others, said before it is pressed. While learning runs by itself nobody could
/// read it.
struct StepWords {
  ShortText step_cost, update_cost, rollout_cost;  ///< "+5 updates"; empty where one brings nothing else
  ShortText step_help, update_help, rollout_help;
};

ShortText counted(std::int64_t number, std::string_view one) {
  return count(number).add(" ").add(one).add(number == 1 ? "" : "s");
}

StepWords step_words(const PanelContext& context) {
  const auto& status = context.trainer.status;
  StepWords words;
  words.step_help = ShortText("One environment step, then pause (S).");
  if (status.n_envs > 1)
    words.step_help.add(" Several environments step together: ").add(counted(status.n_envs, "step")).add(".");
  words.update_help = ShortText("The next gradient update, then pause (U).");
  words.rollout_help = ShortText("Environment steps up to where updates are due, then pause (O).");
  if (learning_runs(status)) return words;
  if (status.updates_due > 0) {
    const auto due = counted(status.updates_due, "update");
    words.step_cost.add("+").add(due);
    words.step_help.add(" ").add(due).add(status.updates_due == 1 ? " that is" : " that are").add(" due first.");
    words.rollout_cost.add("+").add(due);
    words.rollout_help.add(" ").add(due).add(status.updates_due == 1 ? " that is" : " that are").add(" due first.");
  } else if (status.steps_to_update > 0) {
    const auto steps = counted(status.steps_to_update, "step");
    words.update_cost.add("+").add(steps);
    words.update_help.add(" None is due: ").add(steps).add(" come first.");
    words.rollout_cost.add(steps);
    words.rollout_help.add(" ").add(steps).add(".");
  }
  return words;
}

Button learning_button(const PanelContext& context, TransportItem item, const Detail& detail) {
  auto& words = context.view.of<StepWords>();
  const bool runs = learning_runs(context.trainer.status);
  const auto& pending = context.pending;
  Button button;
  switch (item) {
    case TransportItem::Pause:
      button = {.label = runs ? "Pause" : "Learn",
                .icon = runs ? Icon::Pause : Icon::Play,
                .key = "Space",
                .tooltip = runs ? "Pause learning (Space)" : "Go on learning (Space)"};
      button.look = ButtonLook::Primary;
      button.waiting = pending.waiting_for<protocol::Run>() || pending.waiting_for<protocol::Pause>();
      if (!detail.pause_word) button.label = {};
      break;
    case TransportItem::Step:
      button = {.label = "Step",
                .key = words.step_cost.empty() ? std::string_view("S") : words.step_cost.view(),
                .tooltip = words.step_help};
      break;
    case TransportItem::Update:
      button = {.label = "Update",
                .key = words.update_cost.empty() ? std::string_view("U") : words.update_cost.view(),
                .tooltip = words.update_help};
      break;
    case TransportItem::Rollout:
      button = {.label = "Rollout",
                .key = words.rollout_cost.empty() ? std::string_view("O") : words.rollout_cost.view(),
                .tooltip = words.rollout_help};
      break;
    default:
      button = {.label = "Episode", .key = "E", .tooltip = "Go on to the end of an episode, then pause (E)"};
      break;
  }
  return button;
}

Button stage_button(const PanelContext& context, TransportItem item, const Detail& detail) {
  const auto& stage = context.stage;
  const bool past = stage.moment.index < stage.last;
  switch (item) {
    case TransportItem::Play:
      return {.icon = stage.playing ? Icon::Pause : Icon::Play,
              .waiting = context.pending.waiting_for<protocol::Play>() || context.pending.waiting_for<protocol::Halt>(),
              .key = "P",
              .tooltip = stage.playing ? "Halt the watched episode (P)" : "Play the watched episode (P)"};
    case TransportItem::Back:
      return {.icon = Icon::StepBack, .enabled = stage.moment.index > stage.first, .tooltip = "One step back (Left)"};
    case TransportItem::Forward:
      return {.icon = Icon::StepForward, .tooltip = "One step on (Right)"};
    case TransportItem::Resume:
      return {.label = detail.long_words ? "Resume from here" : "Resume",
              .enabled = stage.can_resume && past,
              .tooltip = !past              ? "Go back to an earlier moment first; then the episode goes on from it."
                         : stage.can_resume ? "Go on from this moment, on a lane of its own. Plays (M)."
                                            : "This moment can only be looked at: its full state is not kept, or the "
                                              "environment has changed since."};
    case TransportItem::Branch:
      return {.label = "Branch",
              .enabled = stage.can_resume,
              .tooltip = "Go on from this moment with fresh random draws, on a lane of its own (B)."};
    case TransportItem::NewEpisode:
      return {.label = detail.long_words ? "New episode" : "New", .tooltip = "Begin a new watched episode (N)"};
    default:
      return {.label = detail.long_words ? "Take over" : "Act",
              .enabled = !stage.action_names.empty(),
              .on = context.view.of<TakeOver>().on,
              .tooltip =
                  "Act in the agent's place: choose one action (1 to 9), or play by keys (T). In the past, on a "
                  "lane of its own; never learned from"};
  }
}

/// As in the keyboard map.
std::string_view key_of(TransportItem item) {
  switch (item) {
    case TransportItem::Step:
      return "S";
    case TransportItem::Update:
      return "U";
    case TransportItem::Rollout:
      return "O";
    case TransportItem::Episode:
      return "E";
    case TransportItem::Resume:
      return "M";
    case TransportItem::Branch:
      return "B";
    case TransportItem::NewEpisode:
      return "N";
    case TransportItem::TakeOver:
      return "1-9";
    default:
      return {};
  }
}

Button describe_transport(const PanelContext& context, TransportItem item, const Detail& detail) {
  const bool learning =
      std::find(kTransportLearning.begin(), kTransportLearning.end(), item) != kTransportLearning.end();
  Button button = learning ? learning_button(context, item, detail) : stage_button(context, item, detail);
  // What it costs is worth more room than its key.
  const bool cost = button.key.size() > 1 && item != TransportItem::Pause;
  if (!detail.keys && !(cost && !detail.letters)) button.key = {};
  if (detail.letters && !button.label.empty()) button.label = key_of(item);
  if (detail.bare && learning && item != TransportItem::Pause) button.look = ButtonLook::Quiet;
  return button;
}

void act(const PanelContext& context, TransportItem item) {
  switch (item) {
    case TransportItem::Pause:
      toggle_learning(context);
      break;
    case TransportItem::Step:
      send(context, protocol::Step{protocol::Unit::EnvironmentStep, 1});
      break;
    case TransportItem::Update:
      next_update(context);
      break;
    case TransportItem::Rollout:
      send(context, protocol::Step{protocol::Unit::Rollout, 1});
      break;
    case TransportItem::Episode:
      send(context, protocol::Step{protocol::Unit::Episode, 1});
      break;
    case TransportItem::Play:
      toggle_stage(context);
      break;
    case TransportItem::Back:
      send(context, protocol::StageStep{-1});
      break;
    case TransportItem::Forward:
      send(context, protocol::StageStep{1});
      break;
    case TransportItem::Resume:
      send(context, protocol::Resume{});
      break;
    case TransportItem::Branch:
      send(context, protocol::Branch{});
      break;
    case TransportItem::NewEpisode:
      send(context, protocol::NewEpisode{});
      break;
    case TransportItem::TakeOver:
      if (context.view.of<TakeOver>().on) {
        end_take_over(context);
      } else if (auto& page = context.view.of<TakeOverState>(); !page.closes) {
        page = {.open = true, .opens = true};
      }
      break;
  }
}

float width_of(const PanelContext& context, const Detail& detail) {
  const float gap = context.px(detail.gap);
  float width = context.px(detail.speed + detail.scrubber) + 3 * context.px(detail.apart);
  const auto add = [&](std::span<const TransportItem> items) {
    for (const auto item : items)
      width += button_width(context, describe_transport(context, item, detail)) + gap;
  };
  add(kTransportLearning);
  add(kTransportStage);
  add(kChange);
  if (detail.headings) {
    width += text_width(context.fonts.quiet, "Learning") + text_width(context.fonts.quiet, "Stage") + 2 * gap;
  }
  return width;
}

void draw_transport_buttons(const PanelContext& context, std::span<const TransportItem> items, const Detail& detail,
                            Rect& rest) {
  for (const auto item : items) {
    const auto button = describe_transport(context, item, detail);
    const Rect area = rest.cut_left(button_width(context, button), context.px(detail.gap));
    if (draw_button(context, name_of(item), area, button)) act(context, item);
  }
}

void draw_transport_heading(const PanelContext& context, std::string_view text, const Detail& detail, Rect& rest) {
  if (!detail.headings) return;
  const Rect area = rest.cut_left(text_width(context.fonts.quiet, text) + 1, context.px(8));
  draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.quiet, area, context.theme.quiet, text);
}

void draw_speed(const PanelContext& context, const Rect& area) {
  const auto at = std::min_element(kSpeeds.begin(), kSpeeds.end(), [&](double a, double b) {
    return std::abs(a - context.stage.speed) < std::abs(b - context.stage.speed);
  });
  const auto chosen = static_cast<std::size_t>(at - kSpeeds.begin());
  const auto picked = draw_choice(context, "transport.speed", area, kSpeedNames[chosen], kSpeedNames, chosen);
  if (picked) send(context, protocol::Speed{kSpeeds[*picked]});
}

/// The actions to choose from, above the bar, until one is chosen or something else is clicked, which is clicked all
/// the same.
void draw_take_over(const PanelContext& context, const Rect& bar) {
  auto& state = context.view.of<TakeOverState>();
  if (!ImGui::IsMouseDown(0)) state.closes = false;
  if (!state.open) return;
  const auto& names = context.stage.action_names;
  const float gap = context.px(4);
  const float height = context.px(28);
  const float margin = context.px(8);
  const ImVec2 size{context.px(140) + 2 * margin,
                    static_cast<float>(names.size() + 1) * (height + gap) + gap + 2 * margin};
  const Rect page{{bar.max.x - margin - size.x, bar.min.y - gap - size.y}, {bar.max.x - margin, bar.min.y - gap}};
  const bool elsewhere = clicked_elsewhere(page) && !state.opens;
  state.opens = false;
  if (elsewhere || key_pressed(Key::Escape, false) || names.empty()) {
    state.open = false;
    state.closes = elsewhere;
    return;
  }
  const Popup popup(context, "take_over", page);
  Rect rest = page.shrunk(margin);
  if (draw_button(context, "transport.by_keys", rest.cut_top(height, 3 * gap),
                  {.label = "Play by keys", .look = ButtonLook::Primary, .key = "T"})) {
    begin_take_over(context);
    state.open = false;
    return;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const ShortText id = ShortText("transport.take_over.").add(names[i]);
    ShortText key;
    if (i < 9) key.print("%zu", i + 1);
    if (draw_button(context, id, rest.cut_top(height, gap), {.label = names[i], .key = key})) {
      send(context, protocol::Act{static_cast<int>(i)});
      state.open = false;
    }
  }
}

}  // namespace

void draw_transport(const PanelContext& context, const Rect& area) {
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, area, context.theme.panel);
  list.AddLine(area.min, {area.max.x, area.min.y}, context.theme.line);

  context.view.of<StepWords>() = step_words(context);
  const float room = area.width() - context.px(32);
  auto detail = kDetails.begin();
  while (detail + 1 != kDetails.end() && width_of(context, *detail) > room)
    ++detail;

  Rect rest = area.shrunk(context.px(16), context.px(11));
  draw_transport_heading(context, "Learning", *detail, rest);
  draw_transport_buttons(context, kTransportLearning, *detail, rest);
  rest.min.x += context.px(detail->apart);
  draw_transport_heading(context, "Stage", *detail, rest);
  draw_transport_buttons(context, kTransportStage, *detail, rest);
  draw_speed(context, rest.cut_left(context.px(detail->speed), context.px(detail->apart)));

  float right = 0;
  for (const auto item : kChange)
    right += button_width(context, describe_transport(context, item, *detail)) + context.px(detail->gap);
  Rect change = rest.cut_right(right - context.px(detail->gap), context.px(detail->apart));
  draw_transport_buttons(context, kChange, *detail, change);
  draw_take_over(context, area);
  draw_scrubber(context, {{rest.min.x, area.min.y + context.px(6)}, {rest.max.x, area.max.y - context.px(6)}});
}

}  // namespace qarium::widgets
