#include "widgets/memory_pictures/addressing_chain.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/memory_pictures/chain_drag.hpp"
#include "widgets/memory_pictures/strips.hpp"
#include "widgets/parts/draw.hpp"

namespace qarium::widgets {
namespace {

constexpr float kChainLabel = 18;
constexpr float kChainGap = 3;
constexpr float kDial = 84;
constexpr float kShift = 66;
constexpr float kFooter = 17;
constexpr float kFormulaLine = 15;
constexpr float kMostBeta = 100;
constexpr float kMostGamma = 50;

/// One head of an NTM as it is shown: the counterfactual where there is one, and the factual one.
struct Chain {
  const PanelContext& context;
  const ShownMemory& shown;
  int head;
  const protocol::Addressing& now;
  const protocol::Addressing* factual;  ///< null where there is no counterfactual
  float most;                           ///< the greatest weight of the chain: white in all its strips
};

using Weights = std::vector<float> protocol::Addressing::*;

float greatest_weight(const protocol::Addressing& head) {
  float most = 1e-6F;
  for (const auto weights :
       {&protocol::Addressing::previous, &protocol::Addressing::content, &protocol::Addressing::interpolated,
        &protocol::Addressing::shifted, &protocol::Addressing::sharpened}) {
    most = std::max(most, greatest_magnitude(head.*weights, most));
  }
  // Weights that are all alike do not look as if they chose.
  const auto slots = static_cast<float>(std::max<std::size_t>(head.sharpened.size(), 2));
  return std::min(std::max(most, 2 / slots), 1.0F);
}

void draw_chain_link(const Chain& chain, std::string_view name, Weights weights, std::string_view formula, Rect& area) {
  const auto& context = chain.context;
  std::span<const float> factual;
  if (chain.factual != nullptr) factual = chain.factual->*weights;
  draw_strip(context, chain.shown, {name, chain.now.*weights, factual, weight_style(chain.most), "slot", formula},
             area.cut_top(context.px(kStripHeight), context.px(kChainGap)));
}

/// Takes a row off the area and writes name and formula at its left; what is left of it is for a dial.
Rect cut_label(const Chain& chain, std::string_view name, const ShortText& formula, bool set, Rect& area,
               float control) {
  const auto& context = chain.context;
  auto& list = *ImGui::GetWindowDrawList();
  Rect row = area.cut_top(context.px(kChainLabel));
  const Rect dial = row.cut_right(control, control > 0 ? context.px(6) : 0);
  row.cut_left(draw_text_in(list, context.fonts.quiet, row, context.theme.text, name), context.px(8));
  draw_text_in(list, context.fonts.number, row, set ? context.theme.attention : context.theme.quiet, formula);
  return dial;
}

const protocol::Addressing& actual_of(const Chain& chain) {
  return chain.factual != nullptr ? *chain.factual : chain.now;
}

void draw_chain_number(const Chain& chain, const Dial& dial, const Rect& area) {
  if (chain.shown.can_intervene) draw_dial(chain.context, chain.head, dial, area.shrunk(0, chain.context.px(1)));
}

/// "[.10 .18 .72]"
ShortText shift_text(const std::vector<float>& shift) {
  constexpr std::size_t kMost = 5;
  ShortText text("[");
  for (std::size_t i = 0; i < std::min(shift.size(), kMost); ++i) {
    ShortText weight;
    weight.print("%.2f", static_cast<double>(shift[i]));
    // ".98", as there is little room.
    const auto digits = weight.view().starts_with("0.") ? weight.view().substr(1) : weight.view();
    text.add(i == 0 ? "" : " ").add(digits);
  }
  return text.add(shift.size() > kMost ? " ...]" : "]");
}

/// METHODS section 3 with the numbers of this moment; none of it where there is no room for all.
void draw_formula(const Chain& chain, Rect area) {
  const auto& context = chain.context;
  const auto& now = chain.now;
  const std::array lines{
      ShortText().print("w_c = softmax(%.2f cos(k, M))", static_cast<double>(now.beta)),
      ShortText().print("w_g = %.2f w_c + %.2f w(t-1)", static_cast<double>(now.g), static_cast<double>(1 - now.g)),
      ShortText("w_s = w_g moved by ").add(shift_text(now.shift)),
      ShortText().print("w = w_s^%.2f / sum", static_cast<double>(now.gamma))};
  const float line = context.px(kFormulaLine);
  if (area.height() + 1 < line * static_cast<float>(lines.size())) return;
  for (const auto& text : lines) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.number, area.cut_top(line), context.theme.quiet, text);
  }
}

void draw_similarity(const Chain& chain, const Rect& row) {
  const auto& kept = *chain.shown.kept;
  const auto& similarity = chain.now.similarity;
  const int slots = static_cast<int>(similarity.size());
  int slot = kept.hovered_slot >= 0 ? kept.hovered_slot : kept.chosen_slot;
  if (slot < 0 || slot >= slots) slot = strongest(chain.now.sharpened);
  if (slot < 0 || slot >= slots) return;
  const auto at = static_cast<std::size_t>(slot);
  ShortText text;
  text.print("cos(k, M[%d]) = %.2f", slot, static_cast<double>(similarity[at]));
  const auto* font = chain.context.fonts.number;
  if (at < chain.now.sharpened.size()) {
    ShortText whole(text);
    whole.print("   w[%d] = %.3f", slot, static_cast<double>(chain.now.sharpened[at]));
    if (text_width(font, whole) <= row.width()) text = whole;
  }
  draw_text_in(*ImGui::GetWindowDrawList(), font, row, chain.context.theme.text, text);
}

}  // namespace

float addressing_height(const PanelContext& context) {
  return context.px(5 * (kChainLabel + kStripHeight + kChainGap) + kFooter);
}

void draw_addressing(const PanelContext& context, const ShownMemory& shown, int head, Rect area) {
  const auto at = static_cast<std::size_t>(std::max(head, 0));
  if (at >= shown.view->heads.size()) return;
  const bool differs = shown.counterfactual && shown.actual != nullptr && at < shown.actual->heads.size();
  const Chain chain{context,
                    shown,
                    head,
                    shown.view->heads[at],
                    differs ? &shown.actual->heads[at] : nullptr,
                    greatest_weight(shown.view->heads[at])};
  const auto& now = chain.now;
  const auto& actual = actual_of(chain);
  const auto setting = shown_setting(context, head);
  const float dial = shown.can_intervene ? std::min(context.px(kDial), area.width() * 0.35F) : 0;
  ShortText text;
  cut_label(chain, "previous", ShortText("w(t - 1)"), false, area, 0);
  draw_chain_link(chain, "previous", &protocol::Addressing::previous, "", area);

  text.print("β %.2f", static_cast<double>(setting.beta.value_or(now.beta)));
  draw_chain_number(chain, {"chain.beta", actual.beta, &protocol::HeadSetting::beta, 0.01F, kMostBeta, true},
                    cut_label(chain, "content", text, setting.beta.has_value(), area, dial));
  draw_chain_link(chain, "content", &protocol::Addressing::content,
                  ShortText().print("softmax(%.2f cos(k, M))", static_cast<double>(now.beta)), area);

  text = ShortText();
  text.print("g %.2f", static_cast<double>(setting.g.value_or(now.g)));
  draw_chain_number(chain, {"chain.g", actual.g, &protocol::HeadSetting::g, 0, 1, false},
                    cut_label(chain, "interpolated", text, setting.g.has_value(), area, dial));
  draw_chain_link(
      chain, "interpolated", &protocol::Addressing::interpolated,
      ShortText().print("%.2f content + %.2f previous", static_cast<double>(now.g), static_cast<double>(1 - now.g)),
      area);

  const Rect shift = cut_label(chain, "shifted", ShortText("s ").add(shift_text(setting.shift.value_or(now.shift))),
                               setting.shift.has_value(), area, std::min(context.px(kShift), area.width() * 0.3F));
  draw_shift(context, head, actual.shift, shift.shrunk(0, 1), shown.can_intervene);
  draw_chain_link(chain, "shifted", &protocol::Addressing::shifted,
                  ShortText("interpolated, moved by ").add(shift_text(now.shift)), area);

  text = ShortText();
  text.print("γ %.2f", static_cast<double>(setting.gamma.value_or(now.gamma)));
  draw_chain_number(chain, {"chain.gamma", actual.gamma, &protocol::HeadSetting::gamma, 1, kMostGamma, true},
                    cut_label(chain, "sharpened", text, setting.gamma.has_value(), area, dial));
  draw_chain_link(chain, "sharpened", &protocol::Addressing::sharpened,
                  ShortText().print("shifted ^ %.2f, divided by the sum", static_cast<double>(now.gamma)), area);
  draw_similarity(chain, area.cut_top(context.px(kFooter)));
  draw_formula(chain, area);
}

}  // namespace qarium::widgets
