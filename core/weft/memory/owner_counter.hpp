// owner_counter.hpp - a figure that one worker writes and everybody may read
// SPDX-License-Identifier: MIT
//
// No read-modify-write between cores: it costs what a plain variable costs. Wraps at the word's
// size, so that differences of two counters stay right.
#pragma once
#include <weft/base/atomic.hpp>

namespace weft {

class OwnerCounter {
 public:
    // The owner only. Relaxed: nobody else writes, and figures order nothing.
    WEFT_ALWAYS_INLINE void add(uintptr_t count) {
        // Relaxed: as said above.
        count_.add_alone_relaxed(count);
    }
    // One less; false: there was none.
    WEFT_ALWAYS_INLINE bool take_one() {
        // Relaxed: as said above.
        if (__builtin_expect(count_.add_alone_relaxed(~uintptr_t(0)), 1)) return true;
        set(0);
        return false;
    }
    void raise_to(uintptr_t count) {
        // Relaxed: as said above, both.
        if (count > count_.load_relaxed()) count_.store_relaxed(count);
    }
    void set(uintptr_t count) {
        // Relaxed: as said above.
        count_.store_relaxed(count);
    }
    // Relaxed: any core; a figure may be a moment old.
    uintptr_t value() const { return count_.load_relaxed(); }
    uint32_t value32() const { return uint32_t(value()); }

 private:
    Atomic<uintptr_t> count_;
};

}  // namespace weft
