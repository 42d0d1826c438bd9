// spin_lock.hpp - a bounded critical section: short, interrupts masked, one core inside
// SPDX-License-Identifier: MIT
//
// For sections of a few dozen instructions with a stated bound, off the fast paths. Any context
// that may be interrupted by another user of the same lock is safe, since interrupts wait. Not
// fair. Invariant: held_ is 1 while a core is inside. Progress: blocking; a host thread that loses
// its CPU inside makes others spin until it has it back. With one core, masking is all.
#pragma once
#include <weft/base/atomic.hpp>

namespace weft {

class SpinLock {
 public:
    // Inside from construction to destruction.
    class Section {
     public:
        explicit Section(SpinLock& lock) : lock_(lock), interrupts_(port::mask_interrupts()) {
            // Acquire: what the last holder wrote is visible inside. Pairs with the release store
            // in the destructor.
            while (!kOneCore && lock_.held_.exchange_acquire(1) != 0) {
                // Relaxed: only a look, so that waiting cores share the line instead of fighting.
                while (lock_.held_.load_relaxed() != 0)
                    port::cpu_relax();
            }
        }
        ~Section() {
            // Release: publishes what was written inside. Pairs with the acquire exchange above.
            if constexpr (!kOneCore) lock_.held_.store_release(0);
            port::restore_interrupts(interrupts_);
        }
        Section(const Section&) = delete;
        Section& operator=(const Section&) = delete;

     private:
        SpinLock& lock_;
        const uintptr_t interrupts_;
    };

 private:
    Atomic<uint32_t> held_{0};
};

}  // namespace weft
