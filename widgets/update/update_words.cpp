#include "widgets/update/update_words.hpp"

#include <cmath>

#include "widgets/moments.hpp"

namespace qarium::widgets {
namespace {

float value_at(const std::vector<float>& values, int action) {
  const auto index = static_cast<std::size_t>(action);
  return action >= 0 && index < values.size() ? values[index] : NAN;
}

/// A number behind a sign: "(-0.0118)" where it has one of its own.
ShortText operand(double value) {
  if (!(value < 0)) return number(value);
  return ShortText("(").add(number(value)).add(")");
}

/// What the target network says of a*, or what y tells of it.
double bootstrap(const protocol::TransitionView& sample) {
  const float told = value_at(sample.next_target, sample.chosen);
  if (std::isfinite(told) || sample.rescaled) return static_cast<double>(told);
  return static_cast<double>((sample.target - sample.reward) / sample.discount);
}

void write_munchausen(const protocol::TransitionView& sample, const Glyphs& sign, UpdateWords& words) {
  words.target.add("y = r + alpha [tau ln pi(a|s)] + ").add(sign.gamma);
  words.target.add(" sum pi(a'|s') (Q_target(s', a') ").add(sign.minus).add(" tau ln pi(a'|s'))");
  words.numbers.add("= ").add(number(static_cast<double>(sample.target)));
  words.note.add("Munchausen: pi is the softmax of Q_target / tau; every action goes into the bootstrap.");
}

void write_target(const protocol::UpdateFacts& facts, const protocol::TransitionView& sample, const Glyphs& sign,
                  UpdateWords& words) {
  if (facts.munchausen) {
    write_munchausen(sample, sign, words);
    return;
  }
  const auto target = number(static_cast<double>(sample.target));
  if (sample.discount == 0) {
    words.target.add(sample.rescaled ? "y = h(r) = " : "y = r = ").add(target);
    words.note.add(sample.terminal ? "s' is terminal: nothing is added." : "The discount is 0: nothing is added.");
    return;
  }
  words.target.add(sample.rescaled ? "y = h(r + " : "y = r + ").add(sign.gamma);
  if (sample.steps > 1) words.target.add("^").add(count(sample.steps));
  words.target.add(sample.rescaled ? " h^-1(Q_target(s', a*)))" : " Q_target(s', a*)");
  words.numbers.add(sample.rescaled ? "= h(" : "= ").add(number(static_cast<double>(sample.reward))).add(" + ");
  words.numbers.add(number(static_cast<double>(sample.discount))).add(" ").add(sign.times).add(" ");
  if (sample.rescaled) {
    words.numbers.add("h^-1(").add(number(bootstrap(sample))).add(")) = ");
  } else {
    words.numbers.add(operand(bootstrap(sample))).add(" = ");
  }
  words.numbers.add(target);
}

/// Which network chose, and which valued.
void write_choice(const PanelContext& context, const protocol::UpdateView& update,
                  const protocol::TransitionView& sample, UpdateWords& words) {
  if (sample.discount == 0 || sample.chosen < 0 || update.facts.munchausen) return;
  const auto name = [&](int action) { return action_name(context.trainer.action_names, action); };
  words.note.add("a* = ").add(name(sample.chosen));
  if (!update.facts.double_q) {
    words.note.add(": chosen and valued by the target network. Double Q-learning is off.");
    return;
  }
  words.note.add(": chosen by the online network, valued by the target network");
  const int other = greedy_action(sample.next_target);
  if (other == sample.chosen || other < 0) {
    words.note.add(", which would choose the same.");
  } else {
    words.note.add(", which would choose ").add(name(other)).add(".");
  }
}

void write_returns(const protocol::UpdateView& update, const protocol::TransitionView& sample, const Glyphs& sign,
                   UpdateWords& words) {
  const auto n = update.facts.n_step;
  if (n > 1) {
    words.returns.add(count(n)).add("-step return: r is the sum of ").add(count(sample.steps));
    words.returns.add(sample.steps == 1 ? " reward" : " rewards").add(", discounted by ").add(sign.gamma).add(" = ");
    words.returns.print("%.6g.", update.facts.gamma);
    if (sample.steps < n)
      words.returns.add(update.sequences > 0 ? " The episode or the sequence ends there." : " The episode ends there.");
  }
  if (update.facts.distribution != "none") {
    words.returns.add(words.returns.empty() ? "" : " ");
    words.returns.add("Q and y are means of distributions.");
  }
  if (!sample.rescaled) return;
  words.returns.add(words.returns.empty() ? "" : " ");
  words.returns.add("Value rescaling: Q and y are on the scale of h.");
}

void write_target_age(const protocol::UpdateFacts& facts, UpdateWords& words) {
  auto& text = words.target_age;
  text.add("Target network: ");
  if (facts.target_copies == 0) {
    text.add("not copied yet, after ");
  } else if (facts.tau < 1) {
    text.print("moved by tau = %.4g to the online one ", facts.tau);
  } else {
    text.add("copied ");
  }
  text.add(count(facts.steps_since_target)).add(" of ").add(count(facts.target_update_interval));
  text.add(" environment steps").add(facts.target_copies == 0 ? "." : " ago.");
}

}  // namespace

float value_after(const protocol::TransitionView& sample) {
  return value_at(sample.values_after, sample.action);
}

UpdateWords update_words(const PanelContext& context, const protocol::UpdateView& update,
                         const protocol::TransitionView& sample) {
  const auto sign = glyphs(context.fonts.number);
  UpdateWords words;
  write_target(update.facts, sample, sign, words);
  write_choice(context, update, sample, words);
  write_returns(update, sample, sign, words);
  write_target_age(update.facts, words);
  const auto target = static_cast<double>(sample.target);
  const auto q = static_cast<double>(sample.q);
  words.error.add(sign.delta).add(" = y ").add(sign.minus).add(" Q(s, a) = ").add(number(target)).add(" ");
  words.error.add(sign.minus).add(" ").add(operand(q)).add(" = ").add(signed_number(target - q));
  const auto after = static_cast<double>(value_after(sample));
  words.value.add("Q(s, a) = ").add(number(q));
  if (std::isfinite(after)) {
    words.value.add(", after the update ").add(number(after));
  } else {
    words.value.add(", afterwards not measured");
  }
  return words;
}

}  // namespace qarium::widgets
