// presets.cpp - boards' presets leave room for the rest of a program
// SPDX-License-Identifier: MIT
#include <weft/config/rules.hpp>

namespace weft {
namespace {

// Where a board has no pages and its smallest stack is 512 bytes: three quarters of what it has,
// for one worker. The rest is for the main stack, what is static, and the user.
constexpr bool fits(Preset preset, size_t kib) {
    const bool board = sizeof(void*) == 4 && port::kPageBytes == 1 && port::kMinStackBytes <= 512;
    return !board || required_bytes(Config::preset(preset)) <= kib * 768;
}

static_assert(fits(Preset::kib16, 16), "kib16: more than 12 KiB");
static_assert(fits(Preset::kib64, 64), "kib64: more than 48 KiB");
static_assert(fits(Preset::kib256, 256), "kib256: more than 192 KiB");

}  // namespace
}  // namespace weft
