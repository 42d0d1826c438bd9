// openmp_policy.hpp - GCC's OpenMP, as workloads say it
// SPDX-License-Identifier: MIT
//
// The team is pinned from within: OMP_PLACES would pin this whole process's first thread at its
// start, and the port would take that one CPU for the machine.
#pragma once
#include <omp.h>

#include "bench.hpp"

namespace bench {

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

// What its users write for rows that differ.
struct OpenMpDynamic : OpenMp {
    template <class F>
    static void loop(uint32_t n, F f) {
#pragma omp parallel for schedule(dynamic)
        for (uint32_t i = 0; i < n; i++)
            f(i, i + 1);
    }
};

}  // namespace bench
