// peer_boost_fiber.cpp - the peer for waiting: Boost.Fiber on one thread, pooled stacks
// SPDX-License-Identifier: MIT
#include "wait_work.hpp"  // first: Boost has a macro cpu_relax

#include <boost/fiber/condition_variable.hpp>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/mutex.hpp>
#include <boost/fiber/operations.hpp>
#include <boost/fiber/pooled_fixedsize_stack.hpp>
#include <mutex>

namespace bench {
namespace {

namespace fibers = boost::fibers;

struct BoostFiber {
    template <class Body>
    static void with_workers(uint32_t, Body body) {
        body();
    }

    // One thread: counts need no atomics, and who yields lets all that are ready run once.
    class Jobs {
     public:
        template <class F>
        void spawn(F f) {
            static fibers::pooled_fixedsize_stack stacks(64 * 1024);
            left_++;
            fibers::fiber(fibers::launch::post, std::allocator_arg, stacks, [this, f] {
                f();
                left_--;
            }).detach();
        }
        void wait() {
            while (left_ > 0)
                boost::this_fiber::yield();
        }

     private:
        uint32_t left_ = 0;
    };

    class Gate {
     public:
        void pass() {
            std::unique_lock<fibers::mutex> lock(mutex_);
            waiting_++;
            opened_.wait(lock, [this] { return open_; });
        }
        void await(uint32_t jobs) {
            while (waiting_ < jobs)
                boost::this_fiber::yield();
        }
        void open() {
            const std::unique_lock<fibers::mutex> lock(mutex_);
            open_ = true;
            opened_.notify_all();
        }

     private:
        fibers::mutex mutex_;
        fibers::condition_variable opened_;
        uint32_t waiting_ = 0;
        bool open_ = false;
    };
};

constexpr Variant kVariants[] = {
    {"wait.w1.block.boost.ns", blocking<BoostFiber, 1>, kWaiters},
    {"wait.w1.wake.boost.ns", waking<BoostFiber, 1>, kWaiters},
};

}  // namespace

weft::Span<const Variant> boost_waits() {
    return kVariants;
}

}  // namespace bench
