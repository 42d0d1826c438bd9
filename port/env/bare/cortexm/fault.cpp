// fault.cpp - bare Cortex-M: what becomes of an exception that nobody handles, and its dump
// SPDX-License-Identifier: MIT
#include "fault.hpp"

#include <env/bare/console_text.hpp>

#include "machine.hpp"

namespace weft::port {

using namespace machine;

namespace {

constexpr const char* kSavedNames[] = {"r4", "r5", "r6", "r7", "r10", "r11", "r8", "r9"};
constexpr const char* kFrameNames[] = {"r0", "r1", "r2", "r3", "r12", "lr", "pc", "xpsr"};

void write_all(const char* const* names, const uint32_t* values) {
    for (int i = 0; i < 8; i++)
        write_register(names[i], values[i]);
    write_text("\n");
}

#ifndef __ARM_ARCH_6M__
void write_fault_status() {
    write_register("cfsr", reg(kFaultStatus));
    write_register("hfsr", reg(kHardFaultStatus));
    write_register("mmfar", reg(kFaultAddress));
    write_register("bfar", reg(kBusAddress));
    write_text("\n");
}
#else
void write_fault_status() {}
#endif

}  // namespace

void end_with_dump(const ExceptionFrame& frame, const SavedRegisters& saved, uint32_t exc_return) {
    write_text("weft: exception ");
    write_number(exception_number(), 10, 1);
    write_text(" that nobody handles\n ");
    write_all(kFrameNames, &frame.r0);
    write_text(" ");
    write_all(kSavedNames, &saved.r4);
    write_register(" sp", uint32_t(reinterpret_cast<uintptr_t>(&frame)));
    write_register("exc_return", exc_return);
    write_fault_status();
    panic(2, __LINE__);
}

// From weft_fault: the frame to go on from, in thread mode.
extern "C" const ExceptionFrame* weft_fault_came(uint32_t psp, uint32_t exc_return,
                                                 const SavedRegisters* saved) {
    constexpr uint32_t kFromThread = 8, kOnProcessStack = 4;
    uint32_t address;
    if ((exc_return & kFromThread) != 0 && is_stack_fault(psp, &address))
        if (const ExceptionFrame* next = after_stack_fault(address)) return next;
    const uint32_t main_frame = uint32_t(reinterpret_cast<uintptr_t>(saved + 1));
    const uint32_t at = (exc_return & kOnProcessStack) != 0 ? psp : main_frame;
    end_with_dump(*reinterpret_cast<const ExceptionFrame*>(at), *saved, exc_return);
}

}  // namespace weft::port
