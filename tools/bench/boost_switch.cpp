// boost_switch.cpp - the peer: Boost.Context's fcontext, its fastest interface
// SPDX-License-Identifier: MIT
//
// Stacks of 64 KiB, page-aligned: side by side, as pooled stacks usually are, and with a guard page
// between them, so that the better of the two can stand for it. Handles lie in a dense array.
#include "bench.hpp"

#include <boost/context/detail/fcontext.hpp>

namespace bench {
namespace {

using boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

constexpr size_t kStackBytes = 64 * 1024;
constexpr size_t kGuardBytes = 4096;

void answer(transfer_t from) {
    for (;;)
        from = jump_fcontext(from.fctx, nullptr);
}

uint64_t pingpong(uint64_t count) {
    alignas(16) static unsigned char stack[kStackBytes];
    transfer_t other = {make_fcontext(stack + sizeof stack, sizeof stack, answer), nullptr};
    const Stopwatch watch;
    for (uint64_t i = 0; i < count; i += 2)
        other = jump_fcontext(other.fctx, nullptr);
    return watch.ns();
}

struct Node {
    fcontext_t handle;
    Node* next;
};

template <uint32_t kFibers, size_t kGuard, uint32_t kStep = 1>
class BoostRing {
 public:
    BoostRing() {
        const size_t stride = kGuard + kStackBytes;
        unsigned char* stacks = static_cast<unsigned char*>(weft::port::reserve(stride * kFibers));
        must(stacks != nullptr);
        for (uint32_t i = 0; i < kFibers; i++) {
            unsigned char* slot = stacks + i * stride;
            must(kGuard == 0 || weft::port::guard(slot, kGuard));
            nodes_[i].handle = make_fcontext(slot + stride, kStackBytes, i == 0 ? lead : follow);
            nodes_[i].next = &nodes_[(i + kStep) % kFibers];
        }
        // Each learns its own node on its first turn; the first lap brings all stacks in.
        run(1);
    }

    uint64_t run(uint64_t count) {
        laps_ = count / kFibers + 1;
        const Stopwatch watch;
        const transfer_t back = jump_fcontext(nodes_[0].handle, this);
        const uint64_t ns = watch.ns();
        nodes_[0].handle = back.fctx;
        return ns * count / (laps_ * kFibers);
    }

 private:
    // Resumed by its predecessor, which passes its own node: there goes the handle to resume it by.
    static void keep(transfer_t from) { static_cast<Node*>(from.data)->handle = from.fctx; }

    static void follow(transfer_t from) {
        Node* self = static_cast<Node*>(from.data)->next;
        keep(from);
        for (;;)
            keep(jump_fcontext(self->next->handle, self));
    }

    static void lead(transfer_t from) {
        BoostRing* ring = static_cast<BoostRing*>(from.data);
        Node* self = &ring->nodes_[0];
        for (;;) {
            fcontext_t thread = from.fctx;
            for (uint64_t lap = ring->laps_; lap > 0; lap--)
                keep(jump_fcontext(self->next->handle, self));
            from = jump_fcontext(thread, nullptr);
        }
    }

    alignas(64) Node nodes_[kFibers];
    uint64_t laps_ = 0;
};

template <uint32_t kFibers, size_t kGuard, uint32_t kStep = 1>
uint64_t around(uint64_t count) {
    static BoostRing<kFibers, kGuard, kStep> ring;
    return ring.run(count);
}

constexpr Variant kVariants[] = {
    {"switch.pingpong.boost.ns", pingpong},
    {"switch.ring64.boost.ns", around<64, 0>},
    {"switch.ring64.boost_guard.ns", around<64, kGuardBytes>},
    {"switch.ring1000.boost.ns", around<1000, 0>},
    {"switch.ring1000.boost_guard.ns", around<1000, kGuardBytes>},
    {"switch.ring1000.scattered.boost.ns", around<1000, 0, kScatter>},
    {"switch.ring1000.scattered.boost_guard.ns", around<1000, kGuardBytes, kScatter>},
};

}  // namespace

weft::Span<const Variant> boost_switches() {
    return kVariants;
}

}  // namespace bench
