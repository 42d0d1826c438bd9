// semihosting.hpp - bare machines: what a debugger or emulator offers, if the board data says so
// SPDX-License-Identifier: MIT
#pragma once
#include <stddef.h>

namespace weft::port {

// False: nobody offers one.
bool read_command_line(char* line, size_t bytes);
// Returns if nobody listens.
void semihosting_exit(int status);

}  // namespace weft::port
