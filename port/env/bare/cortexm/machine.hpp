// machine.hpp - Cortex-M: the system registers that this environment uses, and the board's numbers
// SPDX-License-Identifier: MIT
//
// The board's memory.h is put in front of every file here, of the start-up code and of the linker
// script by `-include boards/<b>/memory.h`: no address of a board stands in this folder.
#pragma once
#include <port.hpp>

#ifndef WEFT_CLOCK_HZ
#error "port/env/bare/cortexm: no board. Compile with -include boards/<board>/memory.h"
#endif

namespace weft::port::machine {

inline volatile uint32_t& reg(uintptr_t address) {
    return *reinterpret_cast<volatile uint32_t*>(address);
}

// ARMv7-M Architecture Reference Manual B3.2.2, B3.3.2, B3.4.3, B3.5.3, C1.8.7.
constexpr uintptr_t kSysTickControl = 0xe000e010, kSysTickReload = 0xe000e014,
                    kSysTickCurrent = 0xe000e018;
constexpr uintptr_t kInterruptEnable = 0xe000e100, kInterruptPend = 0xe000e200,
                    kInterruptPriority = 0xe000e400;
constexpr uintptr_t kInterruptState = 0xe000ed04;  // ICSR
constexpr uint32_t kSysTickPending = 1u << 26, kPendSysTickClear = 1u << 25;
constexpr uintptr_t kSystemHandlers = 0xe000ed24;  // SHCSR
constexpr uintptr_t kFaultStatus = 0xe000ed28, kHardFaultStatus = 0xe000ed2c,
                    kFaultAddress = 0xe000ed34, kBusAddress = 0xe000ed38;
constexpr uintptr_t kMpuControl = 0xe000ed94, kMpuBase = 0xe000ed9c, kMpuSize = 0xe000eda0;
constexpr uintptr_t kDebugControl = 0xe000edfc, kDwtControl = 0xe0001000;
constexpr uintptr_t kFpContext = 0xe000ef34;  // FPCCR

// Which exception runs; 0 in thread mode.
inline uint32_t exception_number() {
    uint32_t ipsr;
    asm volatile("mrs %0, ipsr" : "=r"(ipsr));
    return ipsr & 0x1ff;
}

}  // namespace weft::port::machine
