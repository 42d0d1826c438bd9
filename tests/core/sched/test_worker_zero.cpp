// test_worker_zero.cpp - with the least code a worker is made by zeros: its constructor adds
// nothing SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/weft.hpp>

using namespace weft;

namespace {

#if WEFT_SMALL
alignas(Worker) unsigned char memory[sizeof(Worker) + sizeof(WorkerQueues)];

TEST(a_worker_of_the_least_code_begins_as_zeros) {
    if (!kLeastCode) return;
    __builtin_memset(memory, 0, sizeof memory);
    construct_at<Worker>(memory);
    construct_at<WorkerQueues>(memory + sizeof(Worker));
    uint32_t others = 0;
    for (const unsigned char byte : memory)
        others += byte != 0;
    EXPECT_EQ(others, 0u);
}
#endif

}  // namespace
