# weft.py - gdb commands for fibers:  gdb -x tools/gdb/weft.py program [core]
# SPDX-License-Identifier: MIT
#
#   weft fibers [SCHEDULER]   all fibers in use: state, stack, what each waits for, where it stands
#   weft fiber WHICH          goes to a suspended fiber's frames and prints them: up, info locals and
#                             so on follow. WHICH: HOME.INDEX as listed, or an expression, a Fiber*
#   weft thread               back to the thread's own frames (so does letting the program go on)
#   weft trace FILE           writes the traces in the target's memory to a file for tools/trace
#   weft-bt WHICH             the frames only
#
# A suspended fiber's registers are in its control block. An unwinder pretends that the thread's
# newest frame was called by the fiber: nothing is written, so core files and stubs do as well.
import struct

import gdb
import gdb.unwinder

# register in gdb -> member of weft::port::Context
REGISTERS = {
    "i386:x86-64": {"rsp": "sp", "rip": "ip", "rbp": "bp", "rbx": "bx"},
    "aarch64": {"sp": "sp", "pc": "pc", "x29": "x29", "x19": "x19"},
    "arm": {"sp": "sp", "pc": "pc", "r7": "r7", "r6": "r6"},
}
# Bits of a saved pc that are its address: above are a signature's, bit 0 says Thumb.
ADDRESS_BITS = {"aarch64": 2**48 - 1, "arm": 2**32 - 2}
PAINT = 0xA5C3A5C3A5C3A5C3
LIBRARY = ("weft::Worker::", "weft::wait", "weft::port::", "weft::switch_fibers", "weft::yield",
           "weft::ring::", "weft::FiberRing", "weft::Counter", "weft::join", "weft::Scope")


# ---- reading the target ----

def number(value):
    return int(value.cast(gdb.lookup_type("unsigned long"))) & (2**64 - 1)


def map_of_registers():
    name = gdb.selected_inferior().architecture().name()
    known = next((key for key in REGISTERS if name == key or name.startswith(key)), None)
    if known is None:
        raise gdb.GdbError("weft: no register map for " + name)
    return known, REGISTERS[known]


def fiber_registers(fiber):
    arch, names = map_of_registers()
    members = {field.name for field in fiber["context"].type.strip_typedefs().fields()}
    values = {r: number(fiber["context"][m]) for r, m in names.items() if m in members}
    for pc in ("pc", "rip"):
        if pc in values:
            values[pc] &= ADDRESS_BITS.get(arch, 2**64 - 1)
    return values


def schedulers():
    known = gdb.lookup_global_symbol("weft::known_schedulers")
    if known is None:
        raise gdb.GdbError("weft: no scheduler in this program, or no debug information")
    slots = known.value()
    low, high = slots.type.range()
    found = [slots[i]["value_"] for i in range(low, high + 1)]
    return [at.dereference() for at in found if number(at) != 0]


def workers_of(scheduler):
    pointer = gdb.lookup_type("weft::Worker").pointer()
    first, count = number(scheduler["first_worker_"]), int(scheduler["workers_"])
    stride = number(scheduler["stride_"]) if count > 1 else 0
    for index in range(count):
        yield gdb.Value(first + stride * index).cast(pointer).dereference()


def queued(queue):
    """Ready fibers, and no more than any machine has: a live one may be changing the chain."""
    at = queue["fibers_"]["first_"]
    for _ in range(int(queue["count_"]["value_"])):
        if number(at) == 0:
            return
        yield number(at)
        at = at["next"]


def queues_of(worker):
    """In the worker, or right behind it."""
    if worker["queues_"].type.name.endswith("QueuesInside"):
        return worker["queues_"]["queues"]
    behind = gdb.Value(number(worker.address) + worker.type.sizeof)
    return behind.cast(gdb.lookup_type("weft::WorkerQueues").pointer()).dereference()


def ready_fibers(workers):
    """Who was woken among others says so itself, once it runs."""
    return {at for worker in workers for lane in range(3)
            for at in queued(queues_of(worker)["lanes"][lane]["ready"])}


def fibers_of(worker):
    pool = worker["pool_"]
    first = number(pool["part_"])  # footprint(): fibers come first in a worker's part
    pointer = gdb.lookup_type("weft::Fiber").pointer()
    for lane in range(2):
        start, made = int(pool["lanes_"][lane]["first"]), int(pool["lanes_"][lane]["ever_made"])
        for index in range(start, start + made):
            yield gdb.Value(first).cast(pointer) + index


def state_of(fiber):
    return str(fiber["state"]).rsplit("::", 1)[-1]


def high_water(fiber):
    low, top = number(fiber["info"]["stack"]["low"]), number(fiber["info"]["stack"]["top"])
    width = gdb.lookup_type("unsigned long").sizeof
    at = low + (4 * width if int(fiber["has_canary"]) else 0)
    paint = struct.pack("<Q", PAINT)[:width]
    while at < top:
        part = bytes(gdb.selected_inferior().read_memory(at, min(4096, top - at)))
        for offset in range(0, len(part), width):
            if part[offset:offset + width] != paint:
                return top - at - offset
        at += len(part)
    return 0


def painted(pool):
    names = {field.name for field in pool.type.fields()}
    return int(pool["paint_"] if "paint_" in names else pool["config_"]["paint_"]) != 0


# ---- a suspended fiber's frames ----

class FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


class FiberUnwinder(gdb.unwinder.Unwinder):
    def __init__(self):
        super().__init__("weft-fiber")
        self.registers = None
        self.thread = None

    def __call__(self, frame):
        if self.registers is None or self._place(frame) != self.thread:
            return None
        # Just below the fiber's frames: gdb wants callers to stand above those they call.
        pointer = gdb.lookup_type("char").pointer()
        sp = self.registers.get("rsp", self.registers.get("sp"))
        info = frame.create_unwind_info(FrameId(gdb.Value(sp - 16).cast(pointer),
                                                frame.read_register("pc").cast(pointer)))
        for name, value in self.registers.items():
            kind = frame.read_register(name).type
            info.add_saved_register(name, gdb.Value(value).cast(kind))
        return info

    @staticmethod
    def _place(frame):
        return number(frame.read_register("sp")), number(frame.read_register("pc"))

    def enter(self, fiber):
        self.leave()
        self.thread = self._place(gdb.newest_frame())
        self.registers = fiber_registers(fiber)
        gdb.invalidate_cached_frames()

    def leave(self):
        self.registers = None
        gdb.invalidate_cached_frames()
        if gdb.selected_thread() is not None:
            gdb.newest_frame().select()

    # The fiber's own frames, newest first.
    def frames(self):
        frame = gdb.newest_frame()
        while frame is not None and self._place(frame) == self.thread:
            frame = frame.older()
        while frame is not None:
            yield frame
            frame = frame.older()


UNWINDER = FiberUnwinder()
gdb.unwinder.register_unwinder(None, UNWINDER, replace=True)
gdb.events.cont.connect(lambda _: setattr(UNWINDER, "registers", None))


def frames_as_text():
    """gdb's own backtrace, without the thread's frames in front, and numbered from zero."""
    skipped = next((frame.level() for frame in UNWINDER.frames()), None)
    if skipped is None:
        return "no frames\n"
    lines, wanted = [], False
    for text in gdb.execute("backtrace", to_string=True).splitlines():
        if text.startswith("#"):
            level, rest = text[1:].split(None, 1)
            wanted = int(level) >= skipped
            text = "#%-3d%s" % (int(level) - skipped, rest)
        if wanted:
            lines.append(text)
    return "\n".join(lines) + "\n"


def suspended(fiber):
    running = any(number(worker["running_"]) == number(fiber)
                  for one in schedulers() for worker in workers_of(one))
    return not running and state_of(fiber) in ("runnable", "waiting")


# (what it waits for or null, first function that is not the library's)
def where(fiber):
    counter, function = None, None
    UNWINDER.enter(fiber)
    try:
        for frame in UNWINDER.frames():
            name = frame.name() or "?"
            if counter is None and name.startswith("weft::Worker::block"):
                counter = frame.read_var("waits_for")
            if function is None and not name.startswith(LIBRARY):
                function = name.split("(")[0]
            if function is not None:
                break
    except (gdb.error, ValueError):
        pass
    finally:
        UNWINDER.leave()
    return counter, function


# ---- words ----

def size(value):
    return "%.1f KiB" % (value / 1024) if value >= 1024 else "%d B" % value


def stack_words(fiber, asleep):
    low, top = number(fiber["info"]["stack"]["low"]), number(fiber["info"]["stack"]["top"])
    words = []
    if asleep:
        registers = fiber_registers(fiber)
        words.append(size(top - registers.get("rsp", registers.get("sp"))))
    if painted(fiber["info"]["pool"].dereference()):
        words.append("at most " + size(high_water(fiber)))
    return "stack " + ", ".join(words + ["of " + size(top - low)])


def waits_for(fiber, asleep):
    counter, function = where(fiber)
    words = ""
    if asleep and counter is not None:
        left = int(counter.dereference()["word_"]["value_"]) >> 2
        words = "for counter 0x%x, %d left" % (number(counter), left)
    return words, function or "?"


def line_of(fiber, running, ready):
    label = "%d.%d" % (int(fiber["home"]), int(fiber["info"]["id"]))
    state = "running" if running else "ready" if ready else state_of(fiber)
    state = "ready" if state == "runnable" else state
    name = fiber["info"]["name"]
    words = [stack_words(fiber, not running)]
    if number(name) != 0:
        words.insert(0, "'%s'" % name.string())
    if not running:
        counter, function = waits_for(fiber, state == "waiting")
        words += [counter] if counter else []
        words.append("in " + function)
    return "  %-7s %-8s %s" % (label, state, "; ".join(words))


def list_scheduler(scheduler):
    workers = list(workers_of(scheduler))
    running = {number(worker["running_"]) for worker in workers}
    ready = ready_fibers(workers)
    pooled = 0
    for worker in workers:
        print("worker %d" % int(worker["index_"]))
        for fiber in fibers_of(worker):
            if state_of(fiber) in ("pooled", "bare"):
                pooled += 1
            else:
                print(line_of(fiber, number(fiber) in running, number(fiber) in ready))
    print("%d more fibers wait for work" % pooled)


def fiber_named(which):
    parts = which.split(".")
    if len(parts) == 2 and all(part.isdigit() for part in parts):
        for scheduler in schedulers():
            for worker in workers_of(scheduler):
                for fiber in fibers_of(worker):
                    if [int(fiber["home"]), int(fiber["info"]["id"])] == list(map(int, parts)):
                        return fiber
        raise gdb.GdbError("weft: no fiber " + which)
    return gdb.parse_and_eval(which)


# ---- traces ----

NOTE = struct.pack("<Q", 0x45544F4E54464557)


def ring_bytes(address):
    memory = gdb.selected_inferior().read_memory
    head = bytes(memory(address, 128))
    capacity, _, _, tags, tag_bytes = struct.unpack_from("<5I", head, 12)
    return head + bytes(memory(address + 128, capacity * 16 + tags * tag_bytes))


def rings_of(scheduler):
    rings = [worker["tracer_"]["attached_"] for worker in workers_of(scheduler)]
    rings.append(scheduler["trace"]["frames_"])
    return [number(ring) for ring in rings if number(ring) != 0]


def write_trace(path):
    with open(path, "wb") as out:
        for scheduler in schedulers():
            for ring in rings_of(scheduler):
                out.write(ring_bytes(ring))
            names = scheduler["trace"]["names_"]
            if number(names) == 0:
                continue
            low, high = names["names_"].type.range()
            for index in range(low, high + 1):
                name = names["names_"][index]["value_"]
                if number(name) != 0:
                    note = ("name %d %s" % (index, name.string())).encode()
                    out.write(NOTE + struct.pack("<Q", len(note)) + note)


# ---- commands ----

def command(name, kind, completion, words):
    """Makes a gdb command of a function."""
    def decorate(function):
        class Made(gdb.Command):
            __doc__ = words

            def __init__(self):
                super().__init__(name, kind, completion)

            def invoke(self, argument, from_tty):
                function(argument)
        Made()
        return function
    return decorate


class Prefix(gdb.Command):
    """Fibers and traces of weft."""

    def __init__(self):
        super().__init__("weft", gdb.COMMAND_STACK, gdb.COMPLETE_NONE, True)


Prefix()


@command("weft fibers", gdb.COMMAND_STACK, gdb.COMPLETE_EXPRESSION, "weft fibers [SCHEDULER]: all fibers.")
def list_fibers(argument):
    UNWINDER.leave()
    for scheduler in [gdb.parse_and_eval(argument)] if argument else schedulers():
        list_scheduler(scheduler)


@command("weft fiber", gdb.COMMAND_STACK, gdb.COMPLETE_EXPRESSION, "weft fiber WHICH: go to a fiber.")
def go_to_fiber(argument):
    UNWINDER.leave()
    fiber = fiber_named(argument)
    if not suspended(fiber):
        raise gdb.GdbError("weft: that fiber is not suspended; its thread has its frames")
    UNWINDER.enter(fiber)
    print(frames_as_text(), end="")
    next(UNWINDER.frames()).select()


@command("weft thread", gdb.COMMAND_STACK, gdb.COMPLETE_NONE, "weft thread: the thread's own frames.")
def go_to_thread(_):
    UNWINDER.leave()


@command("weft trace", gdb.COMMAND_DATA, gdb.COMPLETE_FILENAME, "weft trace FILE: write the traces.")
def save_trace(argument):
    write_trace(argument)


@command("weft-bt", gdb.COMMAND_STACK, gdb.COMPLETE_EXPRESSION, "weft-bt WHICH: a fiber's frames.")
def backtrace(argument):
    UNWINDER.enter(fiber_named(argument))
    try:
        print(frames_as_text(), end="")
    finally:
        UNWINDER.leave()
