// tracy.hpp - tells the Tracy profiler which fiber a thread runs; nothing without WEFT_TRACY=1
// SPDX-License-Identifier: MIT
//
// Build with WEFT_TRACY=1 and link a Tracy client that was built with TRACY_ENABLE and
// TRACY_FIBERS: its C functions are declared here, none of its headers is needed. Zones of Tracy's
// own then belong to fibers, and stay right when one goes on on another thread.
#pragma once
#include <port.hpp>

#ifndef WEFT_TRACY
#define WEFT_TRACY 0
#endif

#if WEFT_TRACY
extern "C" {
void ___tracy_fiber_enter(const char* fiber);
void ___tracy_fiber_leave(void);
}
#endif

namespace weft {

#if WEFT_TRACY

// Tracy knows a fiber by its name's address. Those beyond the table share the last name.
constexpr uint32_t kTracyWorkers = 64;
constexpr uint32_t kTracyFibers = 256;  // of each

struct TracyName {
    char text[16];
};
inline TracyName tracy_names[kTracyWorkers][kTracyFibers];

inline char* tracy_digits(char* to, uint32_t value) {
    if (value >= 100) *to++ = char('0' + value / 100 % 10);
    if (value >= 10) *to++ = char('0' + value / 10 % 10);
    *to++ = char('0' + value % 10);
    return to;
}

// The same bytes, whoever writes them first.
inline const char* tracy_name(uint32_t home, uint32_t index) {
    home = home < kTracyWorkers ? home : kTracyWorkers - 1;
    index = index < kTracyFibers ? index : kTracyFibers - 1;
    char* const text = tracy_names[home][index].text;
    if (text[0] != 0) return text;
    char* at = tracy_digits(text + 6, home);
    *at++ = '.';
    *tracy_digits(at, index) = 0;
    __builtin_memcpy(text, "fiber ", 6);
    return text;
}

// Before a switch: to a fiber, or back to the thread itself.
inline void tracy_switch(bool to_thread, uint32_t home, uint32_t index) {
    if (to_thread) return ___tracy_fiber_leave();
    ___tracy_fiber_enter(tracy_name(home, index));
}

#else

inline void tracy_switch(bool, uint32_t, uint32_t) {}

#endif

constexpr bool kTracy = WEFT_TRACY != 0;

}  // namespace weft
