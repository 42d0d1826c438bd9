// board.hpp - bare Cortex-M: starting the board
// SPDX-License-Identifier: MIT
#pragma once

namespace weft::port {

void open_console();

}  // namespace weft::port
