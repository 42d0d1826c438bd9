// serial_policy.hpp - no library at all, as workloads say it
// SPDX-License-Identifier: MIT
#pragma once
#include "bench.hpp"

namespace bench {

struct Serial {
    template <class Body>
    static void with_workers(uint32_t, Body body) {
        body();
    }
    template <class A, class B>
    static auto fork(A a, B b) {
        struct Both {
            decltype(a()) first;
            decltype(b()) second;
        };
        return Both{a(), b()};
    }
    template <class F>
    static uint64_t sum(uint32_t n, F f) {
        uint64_t total = 0;
        for (uint32_t i = 0; i < n; i++)
            total += f(i);
        return total;
    }
    template <class F>
    static void each(uint32_t n, F f) {
        for (uint32_t i = 0; i < n; i++)
            f(i);
    }
    template <class F>
    static void range(uint32_t n, F f) {
        each(n, f);
    }
    template <class F>
    static void loop(uint32_t n, F f) {
        f(0, n);
    }

    class Jobs {
     public:
        template <class F>
        void spawn(F f) {
            f();
        }
        void wait() {}
    };
};

}  // namespace bench
