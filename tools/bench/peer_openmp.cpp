// peer_openmp.cpp - the peer for loops: GCC's OpenMP, static schedule
// SPDX-License-Identifier: MIT
#include "openmp_policy.hpp"
#include "pfor_work.hpp"

namespace bench {
namespace {

constexpr Variant kLoops[] = {
    {"pfor.w2.omp.us", looped<OpenMp, 2, kItems>, kUs},
    {"pfor.two.omp.us", looped<OpenMp, 2, 2>, kUs},
};

}  // namespace

weft::Span<const Variant> openmp_loops() {
    return kLoops;
}

}  // namespace bench
