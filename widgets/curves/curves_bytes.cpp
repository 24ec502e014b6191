// Curves as bytes, and back.
#include <algorithm>
#include <cmath>

#include "widgets/curves/curves.hpp"

namespace qarium::widgets {
namespace {

/// More than a screen has columns, several times.
constexpr std::size_t kMostRuns = 1U << 15U;

}  // namespace

void Curves::write(core::ByteWriter& out, std::span<const protocol::Metric> metrics) const {
  const auto lines = std::min(lines_.size(), metrics.size());
  out.put(span_);
  out.put(static_cast<std::uint64_t>(lines));
  for (std::size_t id = 0; id < lines; ++id) {
    const auto& line = lines_[id];
    out.put_text(metrics[id].name);
    line.raw.write(out, kMostRuns);
    line.smooth.write(out, kMostRuns);
    out.put(line.mean);
    out.put(line.count);
  }
  out.put(static_cast<std::uint64_t>(stamps_.size()));
  for (const auto& stamp : stamps_) {
    out.put(stamp.step);
    out.put_text(stamp.name);
    out.put_text(stamp.value);
  }
  out.put(last_x_);
}

void Curves::read(core::ByteReader& in, std::span<const protocol::Metric> metrics) {
  Curves read;
  read.lines_.resize(metrics.size());
  read.span_ = in.get<int>();
  in.require(read.span_ >= 1, "holds curves smoothed over less than a point");
  for (auto left = in.get<std::uint64_t>(); left > 0; --left) {
    const auto name = in.get_text();
    Line line;
    line.raw = core::Series::read(in);
    line.smooth = core::Series::read(in);
    line.mean = in.get<double>();
    line.count = in.get<std::int64_t>();
    in.require(std::isfinite(line.mean) && line.count >= 0 && line.raw.empty() == line.smooth.empty(),
               "holds a curve that was not drawn as one");
    const auto known = std::ranges::find(metrics, name, &protocol::Metric::name);
    if (known == metrics.end() || line.raw.empty()) continue;
    read.first_x_ = read.points_ == 0 ? line.raw.first_x() : std::min(read.first_x_, line.raw.first_x());
    read.points_ += static_cast<std::int64_t>(line.raw.size());
    read.lines_[static_cast<std::size_t>(known - metrics.begin())] = std::move(line);
  }
  for (auto left = in.get<std::uint64_t>(); left > 0; --left) {
    Stamp stamp;
    stamp.step = in.get<std::int64_t>();
    stamp.name = in.get_text();
    stamp.value = in.get_text();
    read.stamps_.push_back(std::move(stamp));
  }
  read.last_x_ = in.get<double>();
  in.require(std::isfinite(read.last_x_), "holds curves without an end");
  const int span = span_;
  read.version_ = version_ + 1;
  *this = std::move(read);
  set_span(span);
}

}  // namespace qarium::widgets
