// machine_end.hpp - bare machines: what the shared files ask of each kind of machine
// SPDX-License-Identifier: MIT
#pragma once

namespace weft::port {

constexpr int kPanicStatus = 134;  // as a shell says of an aborted program

// Registers that tell where a panic happened: which stack, which exception.
void write_machine_state();
// Tells whoever started the machine, if anybody listens; idles otherwise.
[[noreturn]] void end_machine(int status);

// Runs main() with the machine's command line, once console, clock and faults are there.
[[noreturn]] void run_main();

}  // namespace weft::port
