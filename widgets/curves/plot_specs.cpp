#include "widgets/curves/plot_specs.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace qarium::widgets {
namespace {

/// "|TD error|" -> "td_error"; letters beyond ASCII are left out.
std::string control_name(std::string_view title) {
  std::string name;
  for (const char letter : title) {
    const auto code = static_cast<unsigned char>(letter);
    if (std::isalnum(code) != 0) {
      name += static_cast<char>(std::tolower(code));
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  while (!name.empty() && name.back() == '_')
    name.pop_back();
  return name.empty() ? "plot" : name;
}

/// Two titles may differ in what a control's name leaves out.
void make_controls_unique(std::vector<PlotSpec>& plots) {
  for (std::size_t i = 0; i < plots.size(); ++i) {
    const auto plain = plots[i].control;
    const auto taken = [&](const std::string& name) {
      return std::any_of(plots.begin(), plots.begin() + static_cast<std::ptrdiff_t>(i),
                         [&](const auto& before) { return before.control == name; });
    };
    for (int number = 2; taken(plots[i].control); ++number)
      plots[i].control = plain + '_' + std::to_string(number);
  }
}

struct Gathered {
  PlotSpec plot;
  std::string labels;
  int order = 0;
};

void add(Gathered& gathered, const protocol::Metric& metric, protocol::MetricId id) {
  auto& plot = gathered.plot;
  plot.lines.push_back({id, metric.style});
  gathered.order = plot.lines.size() == 1 ? metric.order : std::min(gathered.order, metric.order);
  if (plot.quiet.empty()) plot.quiet = metric.unit;
  if (plot.level.empty()) plot.level = metric.level;
  if (plot.help.empty()) plot.help = metric.help;
  if (!metric.label.empty()) gathered.labels += (gathered.labels.empty() ? "" : ", ") + metric.label;
}

}  // namespace

std::vector<PlotSpec> plot_specs(std::span<const protocol::Metric> metrics) {
  std::vector<Gathered> gathered;
  for (std::size_t id = 0; id < metrics.size(); ++id) {
    const auto& metric = metrics[id];
    if (metric.plot.empty()) continue;
    auto found = std::find_if(gathered.begin(), gathered.end(),
                              [&](const auto& each) { return each.plot.title == metric.plot; });
    if (found == gathered.end()) {
      PlotSpec plot;
      plot.title = metric.plot;
      plot.control = control_name(metric.plot);
      plot.place = gathered.size();
      gathered.push_back({std::move(plot), {}, 0});
      found = gathered.end() - 1;
    }
    add(*found, metric, static_cast<protocol::MetricId>(id));
    if (metric.estimates.empty()) continue;
    const auto truth = std::ranges::find(metrics, metric.estimates, &protocol::Metric::name);
    if (truth == metrics.end()) continue;
    found->plot.bias =
        PlotBias{static_cast<protocol::MetricId>(id), static_cast<protocol::MetricId>(truth - metrics.begin())};
  }
  std::stable_sort(gathered.begin(), gathered.end(), [](const auto& a, const auto& b) { return a.order < b.order; });
  std::vector<PlotSpec> plots;
  for (auto& each : gathered) {
    if (each.plot.quiet.empty()) each.plot.quiet = each.labels;
    plots.push_back(std::move(each.plot));
  }
  make_controls_unique(plots);
  return plots;
}

ImU32 plot_color(const Theme& theme, std::size_t place) {
  if (place == 0) return theme.accent;
  const std::array colors{theme.stage(core::Stage::Fusion), theme.stage(core::Stage::Encoder),
                          theme.stage(core::Stage::Memory), theme.stage(core::Stage::Attention), theme.good};
  return colors[(place - 1) % colors.size()];
}

}  // namespace qarium::widgets
