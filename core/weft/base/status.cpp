// status.cpp - what a status says; linked only where somebody asks
// SPDX-License-Identifier: MIT
#include <stddef.h>

#include <weft/base/status.hpp>

namespace weft {
namespace {

#define WEFT_STATUS_TEXT(name, text) text,
const char* const kTexts[] = {WEFT_STATUSES(WEFT_STATUS_TEXT)};
#undef WEFT_STATUS_TEXT

}  // namespace

const char* status_text(Status status) {
    const size_t index = size_t(status);
    return index < sizeof kTexts / sizeof kTexts[0] ? kTexts[index] : "not a status";
}

}  // namespace weft
