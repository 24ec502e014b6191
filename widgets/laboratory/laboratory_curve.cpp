#include "widgets/laboratory/laboratory_curve.hpp"

#include <algorithm>

namespace qarium::widgets {

void LaboratoryCurve::add(const protocol::LaboratoryPoint& point) {
  last_x_ = std::max(last_x_, static_cast<double>(point.sequences));
  bits_.append(last_x_, static_cast<float>(point.bits_per_sequence));
  loss_.append(last_x_, static_cast<float>(point.loss));
  ++version_;
}

void LaboratoryCurve::clear() {
  bits_.clear();
  loss_.clear();
  last_x_ = 0;
  ++version_;
}

}  // namespace qarium::widgets
