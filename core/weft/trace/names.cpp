// names.cpp - a small hash of names
// SPDX-License-Identifier: MIT
#include <weft/trace/names.hpp>

namespace weft {

uint32_t TraceNames::first_place(const char* name) {
    const uintptr_t at = reinterpret_cast<uintptr_t>(name);
    return uint32_t(at ^ at >> 6 ^ at >> 12) & (kTraceNames - 1);
}

uint32_t TraceNames::number_of(const char* name) {
    uint32_t place = first_place(name);
    for (uint32_t tries = 0; tries < kTraceNames; tries++) {
        if (place != kOther) {
            // Relaxed: only the address is looked at, and literals were there before.
            const char* seen = names_[place].load_relaxed();
            // Relaxed: as above.
            if (seen == nullptr && names_[place].cas_strong_relaxed(seen, name)) return place;
            if (seen == name) return place;
        }
        place = (place + 1) & (kTraceNames - 1);
    }
    return kOther;
}

const char* TraceNames::name_of(uint32_t number) const {
    // Relaxed: as above.
    return number < kTraceNames ? names_[number].load_relaxed() : nullptr;
}

}  // namespace weft
