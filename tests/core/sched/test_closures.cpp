// test_closures.cpp - where closures go, that they are destroyed once, and jobs that are told where
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

// Counts the lives of its copies.
struct Counted {
    explicit Counted(int* lives) : lives_(lives) { ++*lives_; }
    Counted(const Counted& other) : lives_(other.lives_) { ++*lives_; }
    ~Counted() { --*lives_; }
    int* lives_;
};

struct Large {
    unsigned char bytes[200];
};

TEST(a_large_closure_goes_to_a_block_and_the_block_comes_back) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(small_system(1));
    run_in(one, [] {
        Counter done;
        Large large = {};
        large.bytes[199] = 7;
        uint32_t sum = 0;
        uint32_t* const to = &sum;
        for (int i = 0; i < 10; i++)
            run(done, [large, to] { *to += large.bytes[199]; });
        EXPECT_OK(wait(done));
        EXPECT_EQ(sum, 70u);
    });
    EXPECT_EQ(one.scheduler().memory()->pool(0).figures().in_use, 0u);
}

TEST(a_closure_with_a_destructor_is_destroyed_once_wherever_it_goes) {
    const Config configs[] = {small_system(1), small_system(1).job_memory_bytes(0),
                              small_system(1).job_slots(16)};
    for (const Config& config : configs) {
        RunningSystem one(config);
        run_in(one, [] {
            int lives = 0;
            int ran = 0;
            {
                Counter done;
                const Counted counted(&lives);
                int* const count = &ran;
                for (int i = 0; i < 40; i++)
                    run(done, [counted, count] { ++*count; });
                EXPECT_OK(wait(done));
            }
            EXPECT_EQ(ran, 40);
            EXPECT_EQ(lives, 0);
        });
    }
}

TEST(closures_of_a_cancelled_counter_never_run_and_are_destroyed) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(small_system(1));
    run_in(one, [] {
        int lives = 0;
        bool ran = false;
        {
            Counter done;
            const Counted counted(&lives);
            bool* const flag = &ran;
            run(done, [counted, flag] { *flag = true; });
            done.cancel();
            EXPECT_EQ(wait(done), Status::cancelled);
        }
        EXPECT(!ran);
        EXPECT_EQ(lives, 0);
    });
    EXPECT_EQ(one.scheduler().figures().all.dropped, 1u);
}

TEST(what_is_left_at_a_shutdown_is_destroyed) {
    int lives = 0;
    {
        RunningSystem one(small_system(1));
        AbandonedCounter gate, done;
        Counter* const at = gate.counter();
        Counter* const other = done.counter();
        int* const count = &lives;
        EXPECT_OK(one.system.submit([at, other, count] {
            const Counted counted(count);
            run(*other, [counted] {});
            for (;;)
                (void)wait(*at);
        }));
        (void)one.system.pump(1);
        EXPECT_EQ(one.system.shutdown(port::now_ns()), Status::not_drained);
    }
    EXPECT_EQ(lives, 1);  // the one on the suspended fiber's stack
}

TEST(what_is_left_in_an_inbox_is_destroyed) {
    NEEDS_RAM(64 * 1024);
    int lives = 0;
    {
        RunningSystem one(small_system(1));
        AbandonedCounter done;
        Counter* const other = done.counter();
        int* const count = &lives;
        EXPECT_OK(one.system.submit([other, count] {
            const Counted counted(count);
            EXPECT_OK(run_on(0, *other, [counted] {}));
        }));
        (void)one.system.pump(1);
        EXPECT_EQ(lives, 1);
        EXPECT_EQ(one.system.shutdown(port::now_ns()), Status::not_drained);
    }
    EXPECT_EQ(lives, 0);
}

TEST(a_pinned_job_stays_on_its_worker_across_waits) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    run_in(two, [] {
        Counter done;
        for (uint32_t worker = 0; worker < 2; worker++)
            for (int i = 0; i < 20; i++)
                EXPECT_OK(run_on(worker, done, [worker] {
                    for (int k = 0; k < 5; k++) {
                        EXPECT_EQ(Worker::current()->index(), worker);
                        yield();
                    }
                    Counter never(1);
                    EXPECT_EQ(wait_until(never, port::now_ns() + 10000), Status::timed_out);
                    EXPECT_EQ(Worker::current()->index(), worker);
                    decrement(never);
                }));
        EXPECT_OK(wait(done));
    });
}

TEST(a_job_on_a_large_stack_has_one_and_others_do_not) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(small_system(1));
    run_in(one, [] {
        Counter done;
        const auto large = [] { return Worker::current()->running()->stack_class; };
        for (int i = 0; i < 10; i++) {
            run_on_large_stack(done, [large] {
                EXPECT_EQ(large(), StackClass::large);
                yield();
                EXPECT_EQ(large(), StackClass::large);
            });
            run(done, [large] { EXPECT_EQ(large(), StackClass::small); });
        }
        EXPECT_OK(wait(done));
    });
}

TEST(a_dependent_job_starts_when_its_counter_is_complete) {
    NEEDS_RAM(1024 * 1024);
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        RunningSystem system(small_system(workers));
        run_in(system, [] {
            Counter first(1), second, none;
            Atomic<uint32_t> order;
            Atomic<uint32_t>* const at = &order;
            for (int i = 0; i < 50; i++)
                EXPECT_OK(run_after(first, second, [at] {
                    EXPECT(at->load_acquire() >= 1);  // Acquire: pairs with the release below.
                    at->fetch_add_relaxed(1);         // Relaxed: a count.
                }));
            EXPECT_OK(run_after(none, second, [] {}));  // already complete: at once
            yield();
            at->store_release(1);  // Release: pairs with the acquire above.
            decrement(first);
            EXPECT_OK(wait(second));
            EXPECT_EQ(order.load_relaxed(), 51u);  // Relaxed: the wait ordered it.
        });
    }
}

TEST(a_job_has_memory_of_its_frame) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    RunningSystem* const running = &two;
    run_in(two, [running] {
        Frames& frames = running->system.frames();
        for (int round = 0; round < 20; round++) {
            const Frame frame = frames.begin().value();
            Counter done;
            for (int i = 0; i < 8; i++)
                run_in_frame(frames, frame, done, [running, frame] {
                    int* const number = running->system.frames().memory_here(frame).create<int>(5);
                    EXPECT(number != nullptr && *number == 5);
                });
            (void)frames.end(frame);  // its jobs keep it
            EXPECT_OK(wait(done));
        }
    });
}

}  // namespace
