// weft_patterns.cpp - ours in programs: sand, science, transforms, uneven work, a channel,
// latencies SPDX-License-Identifier: MIT
#include "channel_work.hpp"
#include "latency_work.hpp"
#include "sand_work.hpp"
#include "science_work.hpp"
#include "serial_policy.hpp"
#include "steal_work.hpp"
#include "transform_work.hpp"
#include "weft_policy.hpp"

namespace bench {
namespace {

// Cells of two counters: what is to be written waits until it is free, and the other way round.
struct WeftChannels : Weft {
    class Channel {
     public:
        void push(uint32_t value) {
            Cell& cell = cells_[in_++ % kRoom];
            (void)weft::wait(cell.full);
            weft::increment(cell.full);
            cell.value = value;
            weft::decrement(cell.empty);
        }
        uint32_t pop() {
            Cell& cell = cells_[out_++ % kRoom];
            (void)weft::wait(cell.empty);
            weft::increment(cell.empty);
            const uint32_t value = cell.value;
            weft::decrement(cell.full);
            return value;
        }

     private:
        struct Cell {
            weft::Counter empty{1}, full;
            uint32_t value = 0;
        };
        Cell cells_[kRoom];
        uint32_t in_ = 0, out_ = 0;
    };
};

constexpr Variant kSands[] = {
    {"demo.sand.w1.ms", sanded<Weft, 1>, kMs},
    {"demo.sand.ms", sanded<WeftTied, 2>, kMs},
    {"demo.sand.floating.ms", sanded<Weft, 2>, kMs},
};
constexpr Variant kScience[] = {
    {"science.ep.us", computed<WeftTied, 2, run_ep<WeftTied>, run_ep<Serial>>, kUs},
    {"science.mg.us", computed<WeftTied, 2, run_mg<WeftTied>, run_mg<Serial>>, kUs},
    {"science.cg.us", computed<WeftTied, 2, run_cg<WeftTied>, run_cg<Serial>>, kUs},
};
constexpr Variant kTransforms[] = {
    {"transform.us", transformed<Weft, 2>, kUs},
};
constexpr Variant kSteals[] = {
    {"steal.jobs.us", stolen<Weft, 2, uneven_jobs<Weft>>, kUs},
    {"steal.loop.us", stolen<Weft, 2, uneven_loop<Weft>>, kUs},
};
constexpr Variant kChannels[] = {
    {"channel.w1.us", channelled<WeftChannels, 1>, kUs},
    {"channel.us", channelled<WeftChannels, 2>, kUs},
};
constexpr Variant kLatencies[] = {
    {"latency.one.w1.ns", empty_jobs<Weft, 1, 1>},
    {"latency.one.ns", empty_jobs<Weft, 2, 1>},
    {"latency.chain.w1.ns", chained<Weft, 1>, kLinks},
    {"latency.chain.ns", chained<Weft, 2>, kLinks},
};

}  // namespace

weft::Span<const Variant> weft_sands() {
    return kSands;
}
weft::Span<const Variant> weft_science() {
    return kScience;
}
weft::Span<const Variant> weft_transforms() {
    return kTransforms;
}
weft::Span<const Variant> weft_steals() {
    return kSteals;
}
weft::Span<const Variant> weft_channels() {
    return kChannels;
}
weft::Span<const Variant> weft_latencies() {
    return kLatencies;
}

}  // namespace bench
