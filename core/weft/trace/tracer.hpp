// tracer.hpp - a writer's way to its ring, on or off: one load and one branch when off
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/trace/ring.hpp>

namespace weft {

constexpr bool kTrace = WEFT_TRACE != 0;

#if WEFT_TRACE

class Tracer {
 public:
    // A ring of one's own, and on from here; null: none, and always off.
    void attach(TraceRing* ring) {
        attached_ = ring;
        set(true);
    }
    // Any core.
    void set(bool on) {
        // Relaxed: a request, seen soon; the ring was there before the writer was.
        ring_.store_relaxed(on ? attached_ : nullptr);
    }
    // The ring, be it written or not.
    TraceRing* attached() const { return attached_; }
    // Null: off.
    WEFT_ALWAYS_INLINE TraceRing* ring() const {
        // Relaxed: see set().
        return ring_.load_relaxed();
    }
    WEFT_ALWAYS_INLINE bool on() const { return __builtin_expect(ring() != nullptr, 0); }
    WEFT_ALWAYS_INLINE void event(TraceKind kind, uint32_t fiber, uint32_t argument) const {
        if (on()) ring()->record(kind, fiber, argument);
    }
    WEFT_ALWAYS_INLINE void event(TraceKind kind, const void* fiber, uint32_t argument) const {
        if (on()) ring()->record(kind, trace_line(fiber), argument);
    }

 private:
    Atomic<TraceRing*> ring_;
    TraceRing* attached_ = nullptr;
};

#else

class Tracer {
 public:
    void attach(TraceRing*) {}
    void set(bool) {}
    static TraceRing* attached() { return nullptr; }
    static constexpr bool on() { return false; }
    template <class Fiber>
    static void event(TraceKind, Fiber, uint32_t) {}
};

#endif

}  // namespace weft
