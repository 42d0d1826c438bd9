// peer_tbb.cpp - the peer: oneTBB's task groups, arenas and loops
// SPDX-License-Identifier: MIT
#include "join_work.hpp"
#include "pfor_work.hpp"
#include "spawn_work.hpp"
#include "tbb_policy.hpp"
#include "wake_work.hpp"

namespace bench {
namespace {

class TbbSleeper {
 public:
    template <class F>
    void submit(F f) {
        arena_.enqueue(f);
    }

 private:
    tbb::task_arena arena_{1, 0};  // no place for this thread
    Pinned pinned_{arena_, 1};
};

constexpr Variant kJoins[] = {
    {"join.fib.w1.tbb.ms", joined<Tbb, 1, run_fib<Tbb>>, kMs},
    {"join.fib.w2.tbb.ms", joined<Tbb, 2, run_fib<Tbb>>, kMs},
    {"join.skynet.w1.tbb.ms", joined<Tbb, 1, run_skynet<Tbb>>, kMs},
    {"join.skynet.w2.tbb.ms", joined<Tbb, 2, run_skynet<Tbb>>, kMs},
    {"join.nqueens.w1.tbb.ms", joined<Tbb, 1, run_nqueens<Tbb>>, kMs},
    {"join.nqueens.w2.tbb.ms", joined<Tbb, 2, run_nqueens<Tbb>>, kMs},
    {"join.matmul.w1.tbb.ms", joined<Tbb, 1, run_matmul<Tbb>>, kMs},
    {"join.matmul.w2.tbb.ms", joined<Tbb, 2, run_matmul<Tbb>>, kMs},
};
constexpr Variant kSpawns[] = {
    {"spawn.w1.1k.tbb.ns", empty_jobs<Tbb, 1, 1'000>, 1'000},
    {"spawn.w1.10k.tbb.ns", empty_jobs<Tbb, 1, 10'000>, 10'000},
    {"spawn.w1.1m.tbb.ns", empty_jobs<Tbb, 1, 1'000'000>, 1'000'000},
    {"spawn.w2.1k.tbb.ns", empty_jobs<Tbb, 2, 1'000>, 1'000},
    {"spawn.w2.10k.tbb.ns", empty_jobs<Tbb, 2, 10'000>, 10'000},
    {"spawn.w2.1m.tbb.ns", empty_jobs<Tbb, 2, 1'000'000>, 1'000'000},
    {"spawn.batch.tbb.ns", empty_range<Tbb, 1, 1'000'000>, 1'000'000},
};
constexpr Variant kWakes[] = {
    {"wake.cold.tbb.us", cold_wakes<TbbSleeper>, kUs},
};
constexpr Variant kLoops[] = {
    {"pfor.w2.tbb.us", looped<Tbb, 2, kItems>, kUs},
    {"pfor.two.tbb.us", looped<Tbb, 2, 2>, kUs},
};

}  // namespace

weft::Span<const Variant> tbb_joins() {
    return kJoins;
}
weft::Span<const Variant> tbb_spawns() {
    return kSpawns;
}
weft::Span<const Variant> tbb_wakes() {
    return kWakes;
}
weft::Span<const Variant> tbb_loops() {
    return kLoops;
}

}  // namespace bench
