// peer_openmp.cpp - the peer for loops: GCC's OpenMP, static schedule
// SPDX-License-Identifier: MIT
//
// The team is pinned from within: OMP_PLACES would pin this whole process's first thread at its
// start, and the port would take that one CPU for the machine.
#include <omp.h>

#include "pfor_work.hpp"

namespace bench {
namespace {

struct OpenMp {
    // The team's threads stay, and with them their CPUs.
    template <class Body>
    static void with_workers(uint32_t workers, Body body) {
        omp_set_dynamic(0);
        omp_set_num_threads(int(workers));
#pragma omp parallel
        must(weft::port::pin_self(uint32_t(omp_get_thread_num()) % weft::port::core_count()));
        body();
    }

    // What `omp parallel for schedule(static)` makes of a loop, with the items as ranges.
    template <class F>
    static void loop(uint32_t n, F f) {
#pragma omp parallel
        {
            const uint64_t threads = uint64_t(omp_get_num_threads());
            const uint64_t self = uint64_t(omp_get_thread_num());
            f(uint32_t(n * self / threads), uint32_t(n * (self + 1) / threads));
        }
    }
};

constexpr Variant kLoops[] = {
    {"pfor.w2.omp.us", looped<OpenMp, 2, kItems>, kUs},
    {"pfor.two.omp.us", looped<OpenMp, 2, 2>, kUs},
};

}  // namespace

weft::Span<const Variant> openmp_loops() {
    return kLoops;
}

}  // namespace bench
