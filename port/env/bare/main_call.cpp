// main_call.cpp - bare machines: constructors of the program, its arguments, main, and the end
// SPDX-License-Identifier: MIT
#include <port.hpp>

#include "machine_end.hpp"
#include "semihosting.hpp"

// Static objects with destructors ask for them to be run at the end. A machine has none: it stops.
extern "C" {
void* __dso_handle = nullptr;
int __aeabi_atexit(void*, void (*)(void*), void*) {
    return 0;
}
}

extern "C" int main(int argc, char** argv);
extern "C" void (*const weft_constructors_start[])();
extern "C" void (*const weft_constructors_end[])();

namespace weft::port {
namespace {

constexpr int kMostArguments = 4;

int split(char* text, char** arguments) {
    int count = 0;
    while (*text != 0 && count < kMostArguments) {
        while (*text == ' ')
            *text++ = 0;
        if (*text == 0) break;
        arguments[count++] = text;
        while (*text != 0 && *text != ' ')
            text++;
    }
    return count;
}

}  // namespace

void run_main() {
    for (void (*const* at)() = weft_constructors_start; at != weft_constructors_end; at++)
        (*at)();
    char line[128];  // on this stack: nobody returns below it
    char* arguments[kMostArguments + 1] = {};
    if (!read_command_line(line, sizeof line)) line[0] = 0;
    const int count = split(line, arguments);
    finish(main(count, arguments));
}

}  // namespace weft::port
