// tbb_patterns.cpp - oneTBB in programs; of two ways to cut a loop, both
// SPDX-License-Identifier: MIT
#include <oneapi/tbb/concurrent_queue.h>

#include "channel_work.hpp"
#include "latency_work.hpp"
#include "sand_work.hpp"
#include "science_work.hpp"
#include "serial_policy.hpp"
#include "steal_work.hpp"
#include "tbb_policy.hpp"
#include "transform_work.hpp"

namespace bench {
namespace {

struct TbbChannels : Tbb {
    class Channel {
     public:
        Channel() { queue_.set_capacity(kRoom); }
        void push(uint32_t value) { queue_.push(value); }
        uint32_t pop() {
            uint32_t value;
            queue_.pop(value);
            return value;
        }

     private:
        tbb::concurrent_bounded_queue<uint32_t> queue_;
    };
};

constexpr Variant kSands[] = {
    {"demo.sand.tbb.ms", sanded<Tbb, 2>, kMs},
    {"demo.sand.tbb_auto.ms", sanded<TbbAuto, 2>, kMs},
};
constexpr Variant kScience[] = {
    {"science.ep.tbb.us", computed<Tbb, 2, run_ep<Tbb>, run_ep<Serial>>, kUs},
    {"science.ep.tbb_auto.us", computed<TbbAuto, 2, run_ep<TbbAuto>, run_ep<Serial>>, kUs},
    {"science.mg.tbb.us", computed<Tbb, 2, run_mg<Tbb>, run_mg<Serial>>, kUs},
    {"science.mg.tbb_auto.us", computed<TbbAuto, 2, run_mg<TbbAuto>, run_mg<Serial>>, kUs},
    {"science.cg.tbb.us", computed<Tbb, 2, run_cg<Tbb>, run_cg<Serial>>, kUs},
    {"science.cg.tbb_auto.us", computed<TbbAuto, 2, run_cg<TbbAuto>, run_cg<Serial>>, kUs},
};
constexpr Variant kTransforms[] = {
    {"transform.tbb.us", transformed<Tbb, 2>, kUs},
    {"transform.tbb_auto.us", transformed<TbbAuto, 2>, kUs},
};
constexpr Variant kSteals[] = {
    {"steal.jobs.tbb.us", stolen<Tbb, 2, uneven_jobs<Tbb>>, kUs},
    {"steal.loop.tbb.us", stolen<Tbb, 2, uneven_loop<Tbb>>, kUs},
    {"steal.loop.tbb_auto.us", stolen<TbbAuto, 2, uneven_loop<TbbAuto>>, kUs},
};
constexpr Variant kChannels[] = {
    {"channel.tbb.us", channelled<TbbChannels, 2>, kUs},
};
constexpr Variant kLatencies[] = {
    {"latency.one.w1.tbb.ns", empty_jobs<Tbb, 1, 1>},
    {"latency.one.tbb.ns", empty_jobs<Tbb, 2, 1>},
    {"latency.chain.w1.tbb.ns", chained<Tbb, 1>, kLinks},
    {"latency.chain.tbb.ns", chained<Tbb, 2>, kLinks},
};

}  // namespace

weft::Span<const Variant> tbb_sands() {
    return kSands;
}
weft::Span<const Variant> tbb_science() {
    return kScience;
}
weft::Span<const Variant> tbb_transforms() {
    return kTransforms;
}
weft::Span<const Variant> tbb_steals() {
    return kSteals;
}
weft::Span<const Variant> tbb_channels() {
    return kChannels;
}
weft::Span<const Variant> tbb_latencies() {
    return kLatencies;
}

}  // namespace bench
