// openmp_patterns.cpp - OpenMP in programs; a static schedule, and a dynamic one where rows differ
// SPDX-License-Identifier: MIT
#include "openmp_policy.hpp"
#include "sand_work.hpp"
#include "science_work.hpp"
#include "serial_policy.hpp"
#include "steal_work.hpp"
#include "transform_work.hpp"

namespace bench {
namespace {

// What its users write for jobs: one thread makes tasks, all run them.
void uneven_tasks() {
#pragma omp parallel
#pragma omp single
    for (uint32_t i = 0; i < kUneven; i++) {
#pragma omp task firstprivate(i)
        work_on(i);
    }
}

constexpr Variant kSands[] = {
    {"demo.sand.omp.ms", sanded<OpenMp, 2>, kMs},
    {"demo.sand.omp_dynamic.ms", sanded<OpenMpDynamic, 2>, kMs},
};
constexpr Variant kScience[] = {
    {"science.ep.omp.us", computed<OpenMp, 2, run_ep<OpenMp>, run_ep<Serial>>, kUs},
    {"science.mg.omp.us", computed<OpenMp, 2, run_mg<OpenMp>, run_mg<Serial>>, kUs},
    {"science.cg.omp.us", computed<OpenMp, 2, run_cg<OpenMp>, run_cg<Serial>>, kUs},
};
constexpr Variant kTransforms[] = {
    {"transform.omp.us", transformed<OpenMp, 2>, kUs},
};
constexpr Variant kSteals[] = {
    {"steal.jobs.omp.us", stolen<OpenMp, 2, uneven_tasks>, kUs},
    {"steal.loop.omp.us", stolen<OpenMp, 2, uneven_loop<OpenMp>>, kUs},
    {"steal.loop.omp_dynamic.us", stolen<OpenMpDynamic, 2, uneven_loop<OpenMpDynamic>>, kUs},
};

}  // namespace

weft::Span<const Variant> openmp_sands() {
    return kSands;
}
weft::Span<const Variant> openmp_science() {
    return kScience;
}
weft::Span<const Variant> openmp_transforms() {
    return kTransforms;
}
weft::Span<const Variant> openmp_steals() {
    return kSteals;
}

}  // namespace bench
