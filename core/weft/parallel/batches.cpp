// batches.cpp - the arithmetic of cutting
// SPDX-License-Identifier: MIT
#include <weft/base/bits.hpp>
#include <weft/parallel/batches.hpp>
#include <weft/sched/scheduler.hpp>
#include <weft/sched/spawn.hpp>

namespace weft {
namespace {

constexpr unsigned kAdaptiveBits = 7;  // 128 batches a worker: 1 % of the work, or less, is a piece

size_t batch_count(uint32_t workers, Batches batches) {
    if (batches.parts != 0) return batches.parts;
    if (batches.per_worker != 0) return multiply_saturating(workers, batches.per_worker);
    if (workers == 1) return 1;
    return size_t(2) << (highest_bit(workers - 1) + kAdaptiveBits);  // workers, rounded up
}

// By shifts and subtractions: some cores divide by a library call.
size_t divide(size_t* rest, size_t by) {
    size_t quotient = 0;
    for (unsigned shift = highest_bit(*rest) - highest_bit(by) + 1; shift-- > 0;) {
        if (by << shift > *rest) continue;
        *rest -= by << shift;
        quotient |= size_t(1) << shift;
    }
    return quotient;
}

}  // namespace

Cut cut_range(size_t begin, size_t end, Batches batches) {
    const uint32_t workers = lane_here().worker->scheduler().workers();
    WEFT_REQUIRE(begin <= end);
    const size_t length = end - begin;
    const size_t count = batch_count(workers, batches);
    if (length <= count) return {begin, 1, 0, length};
    size_t rest = length;
    const size_t size = divide(&rest, count);
    return {begin, size, rest, count};
}

}  // namespace weft
