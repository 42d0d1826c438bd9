// semihosting.cpp - bare Cortex-M: breakpoint 0xab asks whoever holds the debug port
// SPDX-License-Identifier: MIT
//
// Without a debugger the breakpoint is a fault, so a board's data says WEFT_SEMIHOSTING only where
// there is always one.
#include <env/bare/semihosting.hpp>

#include "machine.hpp"

namespace weft::port {

#if WEFT_SEMIHOSTING

namespace {

int call(int operation, void* block) {
    register int r0 asm("r0") = operation;
    register void* r1 asm("r1") = block;
    asm volatile("bkpt #0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

}  // namespace

bool read_command_line(char* line, size_t bytes) {
    struct {
        char* line;
        size_t bytes;
    } block = {line, bytes};
    return call(0x15, &block) == 0;
}

void semihosting_exit(int status) {
    constexpr uint32_t kApplicationExit = 0x20026;
    uint32_t block[] = {kApplicationExit, uint32_t(status)};
    call(0x20, block);
}

#else

bool read_command_line(char*, size_t) {
    return false;
}
void semihosting_exit(int) {}

#endif

}  // namespace weft::port
