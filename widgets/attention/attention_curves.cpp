#include "widgets/attention/attention_curves.hpp"

namespace qarium::widgets {

void AttentionCurves::add(const protocol::AttentionPoint& point) {
  const int heads = std::clamp(point.heads, 0, protocol::AttentionPoint::kMostHeads);
  if (heads == 0) return;
  last_x_ = std::max(last_x_, static_cast<double>(point.step));
  heads_ = heads;
  for (int head = 0; head < heads; ++head) {
    const auto at = index(head);
    entropy_[at].append(last_x_, point.entropy[at]);
    if (point.area > 0) mass_[at].append(last_x_, point.mass[at]);
  }
  if (point.area > 0) area_.append(last_x_, point.area);
  ++version_;
}

void AttentionCurves::clear() {
  for (auto& series : entropy_)
    series.clear();
  for (auto& series : mass_)
    series.clear();
  area_.clear();
  heads_ = 0;
  last_x_ = 0;
  ++version_;
}

void AttentionCurves::write(core::ByteWriter& out) const {
  out.put(heads_);
  out.put(last_x_);
  for (const auto& series : entropy_)
    series.write(out);
  for (const auto& series : mass_)
    series.write(out);
  area_.write(out);
}

void AttentionCurves::read(core::ByteReader& in) {
  AttentionCurves read;
  read.heads_ = in.get<int>();
  in.require(read.heads_ >= 0 && read.heads_ <= protocol::AttentionPoint::kMostHeads, "holds no such number of heads");
  read.last_x_ = in.get<double>();
  for (auto& series : read.entropy_)
    series = core::Series::read(in);
  for (auto& series : read.mass_)
    series = core::Series::read(in);
  read.area_ = core::Series::read(in);
  read.version_ = version_ + 1;
  *this = std::move(read);
}

}  // namespace qarium::widgets
