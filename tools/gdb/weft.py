# weft.py - gdb commands for fibers:  gdb -x tools/gdb/weft.py program
# SPDX-License-Identifier: MIT
#
#   weft-bt FIBER     backtrace of a suspended fiber; FIBER is an expression of type weft::Fiber*
#
# A suspended fiber's registers are in its control block. The command puts them in the selected
# thread's registers, walks, and puts the thread's own back, so it needs a live process or a stub.
import gdb

# register in gdb -> member of weft::port::Context
REGISTERS = {
    "i386:x86-64": {"rsp": "sp", "rip": "ip", "rbp": "bp", "rbx": "bx"},
    "aarch64": {"sp": "sp", "pc": "pc", "x29": "x29", "x19": "x19"},
}
ADDRESS_BITS = {"aarch64": 48}  # above are the signature bits of a saved pc


def registers():
    name = gdb.selected_inferior().architecture().name()
    if name not in REGISTERS:
        raise gdb.GdbError("weft-bt: no register map for " + name)
    return name, REGISTERS[name]


def as_integer(value):
    return int(value.cast(gdb.lookup_type("unsigned long"))) & (2**64 - 1)


def load(values):
    for register, value in values.items():
        gdb.execute("set $%s = %d" % (register, value), to_string=True)


def fiber_registers(fiber, arch, names):
    values = {r: as_integer(fiber["context"][member]) for r, member in names.items()}
    for pc in ("pc", "rip"):
        if pc in values and arch in ADDRESS_BITS:
            values[pc] &= 2 ** ADDRESS_BITS[arch] - 1
    return values


class FiberBacktrace(gdb.Command):
    """weft-bt FIBER: backtrace of a suspended fiber."""

    def __init__(self):
        super().__init__("weft-bt", gdb.COMMAND_STACK, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        fiber = gdb.parse_and_eval(argument)
        arch, names = registers()
        gdb.execute("frame 0", to_string=True)
        own = {r: as_integer(gdb.parse_and_eval("$" + r)) for r in names}
        try:
            load(fiber_registers(fiber, arch, names))
            print(gdb.execute("backtrace", to_string=True), end="")
        finally:
            load(own)


FiberBacktrace()
