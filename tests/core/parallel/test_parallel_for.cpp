// test_parallel_for.cpp - every index once, whatever the cut, the body and the workers
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

constexpr size_t kMost = 10000;
unsigned char seen[kMost];

void forget() {
    for (unsigned char& mark : seen)
        mark = 0;
}

bool each_once(size_t begin, size_t end) {
    for (size_t i = 0; i < kMost; i++)
        if (seen[i] != (i >= begin && i < end)) return false;
    return true;
}

const Batches kCuts[] = {Batches::adaptive(), Batches::trivial(), Batches::light(),
                         Batches::moderate(), Batches::heavy(),   Batches::fixed(1),
                         Batches::fixed(7),   Batches::fixed(999)};
const size_t kLengths[] = {0, 1, 2, 3, 7, 8, 9, 255, 256, 257, 1000, 9999};

// Runs body(workers) in a job, on one and on two workers.
template <class Body>
void on_one_and_two(const Body& body) {
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        RunningSystem system(small_system(workers));
        run_in(system, [&] { body(workers); });
        EXPECT(system.scheduler().worker(0).invariants_hold());
    }
}

TEST(a_loop_runs_each_index_once) {
    on_one_and_two([](uint32_t) {
        for (const Batches cut : kCuts)
            for (const size_t length : kLengths) {
                forget();
                parallel_for(1, 1 + length, cut, [](size_t i) { seen[i]++; });
                EXPECT(each_once(1, 1 + length));
            }
    });
}

TEST(chunks_of_a_loop_make_up_the_range) {
    on_one_and_two([](uint32_t) {
        for (const Batches cut : kCuts)
            for (const size_t length : kLengths) {
                forget();
                parallel_for(0, length, cut, [](size_t begin, size_t end) {
                    EXPECT(begin < end);
                    for (size_t i = begin; i < end; i++)
                        seen[i]++;
                });
                EXPECT(each_once(0, length));
            }
    });
}

struct Chunks {
    Atomic<uint32_t> count, smallest{~0u}, largest;
};

void note(Chunks& chunks, size_t length) {
    // Relaxed: counts, read after the loop.
    chunks.count.fetch_add_relaxed(1);
    // Relaxed: as above; workers may overwrite each other's, which hides nothing for ever.
    if (length < chunks.smallest.load_relaxed()) chunks.smallest.store_relaxed(uint32_t(length));
    // Relaxed: as above.
    if (length > chunks.largest.load_relaxed()) chunks.largest.store_relaxed(uint32_t(length));
}

void expect_chunks(size_t length, Batches cut, uint32_t count, uint32_t smallest) {
    Chunks chunks;
    parallel_for(0, length, cut, [&](size_t begin, size_t end) { note(chunks, end - begin); });
    // Relaxed: the loop is over.
    EXPECT_EQ(chunks.count.load_relaxed(), count);
    // Relaxed: as above.
    EXPECT_EQ(chunks.smallest.load_relaxed(), smallest);
    // Relaxed: as above.
    EXPECT(chunks.largest.load_relaxed() - smallest <= 1);
}

TEST(a_hint_says_how_many_batches_a_worker_has) {
    on_one_and_two([](uint32_t workers) {
        expect_chunks(6400, Batches::trivial(), 2 * workers, 3200 / workers);
        expect_chunks(6400, Batches::light(), 4 * workers, 1600 / workers);
        expect_chunks(6400, Batches::moderate(), 8 * workers, 800 / workers);
        expect_chunks(6400, Batches::heavy(), 16 * workers, 400 / workers);
        expect_chunks(6400, Batches::automatic(), 4 * workers, 1600 / workers);
        expect_chunks(3, Batches::heavy(), 3, 1);  // a batch is one index at least
    });
}

TEST(fixed_parts_are_as_many_as_asked_and_differ_by_one_at_most) {
    on_one_and_two([](uint32_t) {
        expect_chunks(1000, Batches::fixed(7), 7, 142);
        expect_chunks(1000, Batches::fixed(1), 1, 1000);
        expect_chunks(5, Batches::fixed(7), 5, 1);
    });
}

TEST(one_worker_runs_an_unhinted_loop_in_one_call) {
    RunningSystem one(small_system(1));
    run_in(one, [] { expect_chunks(1000000, Batches::adaptive(), 1, 1000000); });
    EXPECT_EQ(one.scheduler().figures().all.local_pushes, 0u);
}

TEST(a_range_at_the_end_of_all_numbers_is_cut_without_wrapping) {
    on_one_and_two([](uint32_t) {
        Atomic<uint32_t> ran;
        const size_t end = ~size_t(0);
        parallel_for(end - 1000, end, Batches::fixed(3), [&](size_t begin, size_t to) {
            EXPECT(begin >= end - 1000 && begin < to);
            ran.fetch_add_relaxed(uint32_t(to - begin));  // Relaxed: a count.
        });
        EXPECT_EQ(ran.load_relaxed(), 1000u);  // Relaxed: the loop is over.
        Atomic<uint32_t> chunks;
        parallel_for(0, end, Batches::fixed(~0u - 1), [&](size_t begin, size_t) {
            chunks.fetch_add_relaxed(1);  // Relaxed: a count.
            return begin != 0;
        });
        EXPECT(chunks.load_relaxed() >= 1);  // Relaxed: as above.
    });
}

TEST(a_hungry_worker_gets_a_part_of_a_loop_that_runs_each_index_once) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    run_in(two, [] {
        Atomic<uint32_t> others;
        const uint32_t me = Worker::current()->index();
        unit::wait_until([&] {
            Atomic<uint32_t> ran;
            parallel_for(0, 1000, Batches::fixed(1000), [&](size_t) {
                ran.fetch_add_relaxed(1);  // Relaxed: a count.
                // Relaxed: a count.
                if (Worker::current()->index() != me) others.fetch_add_relaxed(1);
                if (others.load_relaxed() != 0) return;  // Relaxed: a look.
                port::Parker nobody;                     // both may share a CPU
                (void)port::park(nobody, port::now_ns() + 20000);
            });
            EXPECT_EQ(ran.load_relaxed(), 1000u);  // Relaxed: the loop is over.
            return others.load_relaxed() != 0;  // Relaxed: the loop is over.
        });
        EXPECT(others.load_relaxed() != 0);  // Relaxed: as above.
    });
    EXPECT(two.scheduler().figures().all.steals_won > 0);
}

TEST(a_body_may_wait_and_loops_nest) {
    on_one_and_two([](uint32_t) {
        Atomic<uint32_t> ran;
        parallel_for(0, 40, [&ran](size_t i) {
            if (i % 3 == 0) yield();
            parallel_for(0, 50, [&ran](size_t j) {
                if (j % 16 == 0) yield();
                ran.fetch_add_relaxed(1);  // Relaxed: a count.
            });
        });
        EXPECT_EQ(ran.load_relaxed(), 2000u);  // Relaxed: the loop is over.
    });
}

TEST(a_slice_is_visited_item_by_item_and_part_by_part) {
    on_one_and_two([](uint32_t) {
        static uint32_t items[1000];
        for (uint32_t i = 0; i < 1000; i++)
            items[i] = i;
        const Span<uint32_t> all(items);
        parallel_for(all, [](uint32_t& item) { item += 7; });
        parallel_for(all, Batches::fixed(9), [](Span<uint32_t> part) {
            for (uint32_t& item : part)
                item *= 2;
        });
        for (uint32_t i = 0; i < 1000; i++)
            if (items[i] != 2 * (i + 7)) EXPECT_EQ(items[i], 2 * (i + 7));
        Atomic<uint32_t> sum;
        parallel_for(Span<const uint32_t>(items, 1000), [&sum](const uint32_t& item) {
            sum.fetch_add_relaxed(item);  // Relaxed: a sum.
        });
        EXPECT_EQ(sum.load_relaxed(), 1013000u);  // Relaxed: the loop is over.
        parallel_for(Span<uint32_t>(), [](uint32_t&) { EXPECT(false); });
    });
}

TEST(a_body_that_says_no_stops_the_loop) {
    on_one_and_two([](uint32_t workers) {
        Atomic<uint32_t> ran;
        const bool whole = parallel_for(0, 1000000, [&ran](size_t i) {
            ran.fetch_add_relaxed(1);  // Relaxed: a count.
            return i < 1000;
        });
        EXPECT(!whole);
        // Relaxed: the loop is over. Another worker may have run a batch more.
        const uint32_t count = ran.load_relaxed();
        EXPECT(count >= 1 && count <= 510000);
        if (workers == 1) EXPECT_EQ(count, 1001u);
        EXPECT(parallel_for(0, 100, [](size_t) { return true; }));
        EXPECT(parallel_for(5, 5, [](size_t) { return false; }));
    });
}

TEST(a_stop_drops_the_batches_that_have_not_begun) {
    on_one_and_two([](uint32_t) {
        Atomic<uint32_t> chunks;
        const bool whole = parallel_for(0, 1000, Batches::fixed(1000), [&chunks](size_t, size_t) {
            chunks.fetch_add_relaxed(1);  // Relaxed: a count.
            return false;
        });
        EXPECT(!whole);
        EXPECT(chunks.load_relaxed() <= 2);  // Relaxed: the loop is over.
    });
}

TEST(a_stop_reaches_other_workers) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    run_in(two, [] {
        Atomic<uint32_t> others, said, after;
        const uint32_t me = Worker::current()->index();
        const auto body = [&](size_t, size_t) {
            port::Parker nobody;  // both may share a CPU
            // Relaxed: counts and signs.
            if (said.load_relaxed() != 0) after.fetch_add_relaxed(1);
            // Relaxed: as above.
            if (Worker::current()->index() != me) others.fetch_add_relaxed(1);
            // Relaxed: as above.
            if (Worker::current()->index() == me && others.load_relaxed() != 0) {
                // Relaxed: as above. Who comes later says nothing.
                return said.exchange_relaxed(1) != 0;
            }
            (void)port::park(nobody, port::now_ns() + 20000);
            return true;
        };
        unit::wait_until([&] { return !parallel_for(0, 1000, Batches::fixed(1000), body); });
        // Relaxed: the loop is over. A thief gets hundreds of batches.
        EXPECT(after.load_relaxed() < 200);
    });
}

TEST(a_loop_says_the_first_failure_of_its_body) {
    on_one_and_two([](uint32_t) {
        const Status status = parallel_for(
            0, 5000, [](size_t i) { return i == 4321 ? Status::exhausted : Status::ok; });
        EXPECT_EQ(status, Status::exhausted);
        EXPECT_OK(parallel_for(0, 5000, [](size_t) { return Status::ok; }));
        static uint32_t items[64];
        EXPECT_EQ(parallel_for(Span<uint32_t>(items), [](uint32_t&) { return Status::failed; }),
                  Status::failed);
    });
}

TEST(a_body_with_much_in_it_is_used_where_it_is) {
    on_one_and_two([](uint32_t) {
        struct {
            uint32_t words[64];
        } large = {};
        large.words[63] = 5;
        Atomic<uint32_t> sum;
        parallel_for(0, 1000, [&sum, large](size_t) {
            sum.fetch_add_relaxed(large.words[63]);  // Relaxed: a sum.
        });
        EXPECT_EQ(sum.load_relaxed(), 5000u);  // Relaxed: the loop is over.
    });
}

TEST(a_loop_with_a_full_deque_runs_all_the_same) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2).job_slots(16));
    run_in(two, [] {
        Atomic<uint32_t> ran;
        Counter done;
        for (int i = 0; i < 100; i++)
            run(done, [&ran] {
                parallel_for(0, 300, [&ran](size_t) {
                    ran.fetch_add_relaxed(1);  // Relaxed: a count.
                });
            });
        EXPECT_OK(wait(done));
        EXPECT_EQ(ran.load_relaxed(), 30000u);  // Relaxed: the wait ordered it.
    });
}

TEST(a_loop_outside_a_job_or_backwards_panics) {
    EXPECT_PANIC(parallel_for(0, 2, [](size_t) {}));
    EXPECT_PANIC(parallel_for(0, 0, [](size_t) {}));
    RunningSystem one(small_system(1));
    run_in(one, [] { EXPECT_PANIC(parallel_for(2, 1, [](size_t) {})); });
}

}  // namespace
