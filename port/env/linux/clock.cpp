// clock.cpp - Linux: monotonic nanoseconds
// SPDX-License-Identifier: MIT
#include <time.h>
#include <port.hpp>

namespace weft::port {

uint64_t now_ns() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return uint64_t(now.tv_sec) * 1000000000u + uint64_t(now.tv_nsec);
}

}  // namespace weft::port
