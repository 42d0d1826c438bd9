// cores.hpp - Linux: what other files here ask about cores
// SPDX-License-Identifier: MIT
#pragma once
#include "cpu_bits.hpp"

namespace weft::port {

// The mask that this process started with: a thread that pinned itself must not narrow the others'.
// Empty when the kernel does not tell.
const CpuBits& allowed_cpus();

}  // namespace weft::port
