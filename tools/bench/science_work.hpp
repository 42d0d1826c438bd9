// science_work.hpp - three patterns of scientific programs: EP, MG and CG, as NAS names them
// SPDX-License-Identifier: MIT
//
// A policy P offers with_workers and loop as in pfor_work.hpp.
//
//   ep   2^16 pairs of random numbers in 512 batches: no communication, one loop
//   mg   V-cycles over grids of 64^3 down to 4^3 points: loops that become ever smaller
//   cg   conjugate gradients on a grid of 256 x 256: many short loops and sums between them
//
// Sums are taken over fixed parts in their order, so all policies agree to the last bit.
#pragma once
#include "bench.hpp"
#include "science.hpp"

namespace bench {

template <class P>
double run_ep() {
    Ep& ep = the_ep();
    P::loop(Ep::kBatches, [&ep](uint32_t begin, uint32_t end) { ep.draw(begin, end); });
    return ep.total();
}

template <class P>
double run_mg() {
    Mg& mg = the_mg();
    mg.clear();
    const auto planes = [](uint32_t level, auto work) {
        P::loop(Mg::side(level), [level, work](uint32_t begin, uint32_t end) {
            for (uint32_t plane = begin; plane < end; plane++)
                work(level, plane);
        });
    };
    for (uint32_t level = 0; level + 1 < Mg::kLevels; level++) {
        planes(level, [&mg](uint32_t at, uint32_t plane) { mg.smooth(at, plane); });
        planes(level + 1, [&mg](uint32_t at, uint32_t plane) { mg.restrict_to(at, plane); });
    }
    for (uint32_t level = Mg::kLevels - 1; level-- > 0;) {
        planes(level, [&mg](uint32_t at, uint32_t plane) { mg.add_coarser(at, plane); });
        planes(level, [&mg](uint32_t at, uint32_t plane) { mg.smooth(at, plane); });
    }
    return mg.total();
}

template <class P>
double run_cg() {
    constexpr uint32_t kSteps = 10;
    Cg& cg = the_cg();
    const auto rows = [&cg](auto work) {
        P::loop(Cg::kSide, [&cg, work](uint32_t begin, uint32_t end) {
            for (uint32_t row = begin; row < end; row++)
                (cg.*work)(row);
        });
    };
    rows(&Cg::begin);
    cg.keep_residual();
    for (uint32_t step = 0; step < kSteps; step++) {
        rows(&Cg::multiply);
        cg.choose_length();
        rows(&Cg::advance);
        cg.choose_direction();
        rows(&Cg::turn);
    }
    return cg.residual();
}

template <class P, uint32_t kWorkers, double (*kOurs)(), double (*kSerial)()>
uint64_t computed(uint64_t count) {
    const double wanted = kSerial();
    uint64_t ns = 0;
    P::with_workers(kWorkers, [&ns, count, wanted] {
        must(kOurs() == wanted);
        const Stopwatch watch;
        for (uint64_t i = 0; i < count; i++)
            kOurs();
        ns = watch.ns();
    });
    return ns;
}

}  // namespace bench
