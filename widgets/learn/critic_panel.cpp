#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "widgets/learn/learn_panels.hpp"
#include "widgets/memory_pictures/recall.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kCriticLine = 16;
constexpr float kCriticFrame = 46;
constexpr float kCriticFilm = 54;
constexpr float kCriticLimits = 40;
constexpr float kCriticLeastBars = 24;
constexpr float kCriticGap = 4;

ShortText age_word(std::size_t age) {
  ShortText word(age == 0 ? "now" : "t - ");
  if (age > 0) word.print("%zu", age);
  return word;
}

/// The bars of all states, each over a column of its own.
struct AlphaBars {
  const PanelContext& context;
  const protocol::CriticView& critic;
  Rect area;
  float most;  ///< the upper limit

  std::size_t states() const { return critic.weights.size(); }
  float width() const { return area.width() / static_cast<float>(states()); }
  Rect column(std::size_t k) const {
    const float x = area.min.x + static_cast<float>(k) * width();
    return {{x, area.min.y}, {x + width(), area.max.y}};
  }

  void draw(std::size_t pointed) const {
    auto& list = *ImGui::GetWindowDrawList();
    const auto& theme = context.theme;
    const float gap = width() > context.px(6) ? context.px(2) : 0;
    for (std::size_t k = 0; k < states(); ++k) {
      const auto place = column(k);
      if (k == pointed) fill(list, place, theme.line_quiet);
      const float share = std::clamp(critic.weights[k] / most, 0.0F, 1.0F);
      const float height = std::max(1.0F, share * area.height());
      fill(list, {{place.min.x + gap / 2, place.max.y - height}, {place.max.x - gap / 2, place.max.y}},
           k + 1 == states() ? theme.attention : theme.stage(core::Stage::Head));
    }
    // What each state would have if all had the same.
    const float y = area.max.y - area.height() / (most * static_cast<float>(states()));
    list.AddLine({area.min.x, y}, {area.max.x, y}, theme.quiet);
    list.AddLine({area.min.x, area.max.y}, {area.max.x, area.max.y}, theme.line);
    // The present step.
    const auto now = column(states() - 1);
    outline(list, now, theme.attention);
  }
};

/// The words above the bars: of the state pointed at, else what V is.
ShortText critic_words(const protocol::CriticView& critic, std::size_t pointed) {
  const auto n = critic.weights.size();
  ShortText words;
  if (pointed < n) {
    words.add(age_word(n - 1 - pointed)).add(": alpha ").add(fixed(critic.weights[pointed], 4));
    words.add(", v ").add(number(critic.state_values[pointed]));
    return words;
  }
  words.add("V(s) ").add(number(critic.value())).add(" = sum of alpha v; line: alpha of ");
  return words.add(fixed(1.0 / static_cast<double>(n), 3)).add(" each");
}

/// As many states as there is room for: those that weigh most and the present one, in their order.
std::vector<std::size_t> framed_states(const protocol::CriticView& critic, std::size_t room) {
  const auto n = critic.weights.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    if (a + 1 == n || b + 1 == n) return a + 1 == n && b + 1 != n;
    return critic.weights[a] > critic.weights[b];
  });
  order.resize(std::min({room, n, protocol::kRecallLimit}));
  std::ranges::sort(order);
  return order;
}

void draw_film_strip(const PanelContext& context, const protocol::CriticView& critic, Rect area) {
  const float gap = context.px(kCriticGap);
  const float least = context.px(kCriticFrame);
  const auto room = static_cast<std::size_t>(std::max(0.0F, (area.width() + gap) / (least + gap)));
  const auto states = framed_states(critic, room);
  if (states.empty()) return;
  const float wide = (area.width() + gap) / static_cast<float>(states.size()) - gap;
  const auto n = critic.weights.size();
  for (const auto k : states) {
    auto place = area.cut_left(wide, gap);
    const auto age = n - 1 - k;
    ShortText name("critic.frame.");
    name.print("%zu", age);
    // A bar of alpha itself, from 0 to 1, under each frame.
    const Rect track = place.cut_bottom(context.px(4));
    auto& list = *ImGui::GetWindowDrawList();
    fill(list, track, context.theme.line_quiet, context.px(2));
    fill(list, {track.min, {track.min.x + std::clamp(critic.weights[k], 0.0F, 1.0F) * track.width(), track.max.y}},
         age == 0 ? context.theme.attention : context.theme.stage(core::Stage::Head), context.px(2));
    draw_recalled(context, name, context.stage.moment.index - static_cast<std::int64_t>(age), age_word(age), place);
  }
}

}  // namespace

void draw_critic(const PanelContext& context, const Rect& area) {
  const auto& critic = context.stage.critic;
  ShortText quiet("no state yet");
  if (critic) {
    quiet = {};
    quiet.print("%zu of the last %d states", critic->weights.size(), critic->window);
  }
  Panel panel(context, "Critic's attention", quiet, context.theme.stage(core::Stage::Head), area);
  if (panel.folded()) return;
  Rect body = panel.begin_body(context.px(kCriticLine + 4 + kCriticLeastBars + 6 + kCriticFilm));
  if (!critic || critic->weights.empty()) return;
  begin_recall(context);
  auto& list = *ImGui::GetWindowDrawList();
  const Rect line = body.cut_top(context.px(kCriticLine), context.px(4));
  Rect film = body.cut_bottom(std::max(context.px(kCriticFilm), 0.55F * body.height()), context.px(6));
  const Rect limits = body.cut_left(context.px(kCriticLimits), context.px(kCriticGap));
  const float most = std::max(1e-6F, *std::ranges::max_element(critic->weights));
  const AlphaBars bars{context, *critic, body, most};
  const auto pointer = interact(context, "critic.alpha", body);
  auto pointed = critic->weights.size();
  if (pointer.hovered) {
    const float at = (ImGui::GetIO().MousePos.x - body.min.x) / bars.width();
    pointed = static_cast<std::size_t>(std::clamp(at, 0.0F, static_cast<float>(pointed - 1)));
  }
  bars.draw(pointed);
  draw_text_in(list, context.fonts.number, line, context.theme.text, critic_words(*critic, pointed));
  Rect low = limits;
  draw_text_in(list, context.fonts.number, low.cut_top(context.px(kCriticLine)), context.theme.quiet, fixed(most, 2),
               Align::Right);
  draw_text_in(list, context.fonts.number, low.cut_bottom(context.px(kCriticLine) / 2), context.theme.quiet, "0",
               Align::Right);
  film.min.x = body.min.x;
  draw_film_strip(context, *critic, film);
  end_recall(context);
}

}  // namespace qarium::widgets
