// status.cpp - what a status says; linked only where somebody asks
// SPDX-License-Identifier: MIT
#include <weft/base/status.hpp>

namespace weft {

const char* status_text(Status status) {
#define WEFT_STATUS_CASE(name, text) \
    case Status::name: return text;
    switch (status) { WEFT_STATUSES(WEFT_STATUS_CASE) }
#undef WEFT_STATUS_CASE
    return "not a status";
}

}  // namespace weft
