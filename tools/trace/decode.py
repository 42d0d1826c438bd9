# decode.py - finds traces in any bytes: a dump, a core file, a copy of a target's memory
# SPDX-License-Identifier: MIT
#
# Formats: core/weft/trace/ring.hpp, names.hpp; core/weft/system/write_trace.cpp. Little-endian.
import mmap
import re
import struct

HEAD, EVENT = 128, 16
NOBODY = 0xFFFFFFFF
KINDS = ["none", "job_begin", "job_end", "resume", "wait", "yield", "wake", "steal", "park", "unpark",
         "frame_begin", "frame_end", "frame_reset", "no_memory", "interrupt", "zone_begin",
         "zone_end", "counter"]
TICK_BITS = 48
SYNCHRONOUS_NS = 100_000  # clocks of workers that differ by less are one clock


class Ring:
    """One worker's ring, or the frames' (worker is None)."""

    def __init__(self, data, at):
        (self.version, self.capacity, worker, self.line, self.tag_count, self.tag_bytes,
         self.first_fiber, self.stride, self.fiber_bytes, self.fibers,
         self.code, self.ticks, self.ns, self.late_ticks, self.late_ns,
         low, high) = struct.unpack_from("<6I2Q2I5Q2I", data, at + 8)
        self.worker = None if worker == NOBODY else worker
        self.written = high << 32 | low
        self.end = at + HEAD + self.capacity * EVENT + self.tag_count * self.tag_bytes

    def plausible(self, size):
        power = self.capacity >= 16 and self.capacity & (self.capacity - 1) == 0
        return self.version == 1 and power and self.tag_count < 4096 and \
            self.tag_bytes in (16, 32) and self.end <= size

    @property
    def dropped(self):
        return max(0, self.written - self.capacity + 1) if self.written >= self.capacity else 0

    # (ticks since the ring was made, kind, fiber's word, argument), oldest first.
    def events(self, data, at):
        mask = self.capacity - 1
        for index in range(max(0, self.written - mask), self.written):
            place = at + HEAD + (index & mask) * EVENT
            ticks, kind, fiber, argument = struct.unpack_from("<4I", data, place)
            since = ((kind >> 16 << 32 | ticks) - self.ticks) % (1 << TICK_BITS)
            if 0 < kind & 0xFFFF < len(KINDS):
                yield since, KINDS[kind & 0xFFFF], fiber, argument

    def tags(self, data, at):
        word, bits = ("<4Q", 64) if self.tag_bytes == 32 else ("<4I", 32)
        start = at + HEAD + self.capacity * EVENT
        for number in range(self.tag_count):
            count, size, low, high = struct.unpack_from(word, data, start + number * self.tag_bytes)
            if count != 0:
                yield number, (count, low + (high << bits), size)

    # (home, index in its pool) of an event's word; index None: the worker's own thread.
    def fiber(self, word):
        if self.stride == 0:
            return None
        offset = (word - self.first_fiber // self.line) % (1 << 32) * self.line
        home, inside = divmod(offset, self.stride)
        index = inside // self.fiber_bytes
        return home, index if index < self.fibers else None


class Trace:
    """Everything that was found. events: (ns since the start, worker, kind, fiber, argument)."""

    def __init__(self, data):
        self.rings, self.names, self.notes = [], {}, []
        size = len(data)
        for found in re.finditer(b"WEFT(RING|NOTE)", data):
            at = found.start()
            if found[1] == b"RING" and at + HEAD <= size:
                ring = Ring(data, at)
                if ring.plausible(size):
                    self.rings.append((at, ring))
            elif found[1] == b"NOTE" and at + 16 <= size:
                self._note(data, at, size)
        self._clock()
        self.events = sorted(self._events(data), key=lambda event: event[0])
        self.tags = {}
        for at, ring in self.rings:
            for number, values in ring.tags(data, at):
                sums = self.tags.setdefault(number, [0, 0, 0])
                sums[:] = [a + b for a, b in zip(sums, values)]

    def _note(self, data, at, size):
        (length,) = struct.unpack_from("<Q", data, at + 8)
        if length > 200 or at + 16 + length > size:
            return
        try:
            words = bytes(data[at + 16:at + 16 + length]).decode("ascii").split(" ")
        except UnicodeDecodeError:
            return
        if words[0] == "name":
            self.names[int(words[1])] = " ".join(words[2:])
        else:
            self.notes.append(words)

    # Nanoseconds for a tick, from the longest time that a ring knows.
    def _clock(self):
        spans = [(r.late_ticks - r.ticks, r.late_ns - r.ns) for _, r in self.rings]
        ticks, ns = max(spans, default=(0, 0))
        self.ns_per_tick = ns / ticks if ticks > 0 and ns > 0 else 1.0
        self.start_ns = min((r.ns for _, r in self.rings), default=0)
        start = min((r.ticks for _, r in self.rings), default=0)
        self.one_clock = all(
            abs((r.late_ticks - start) * self.ns_per_tick - (r.late_ns - self.start_ns))
            < SYNCHRONOUS_NS for _, r in self.rings)
        self.start_ticks = start

    def _to_ns(self, ring, since):
        if self.one_clock:
            return (ring.ticks - self.start_ticks + since) * self.ns_per_tick
        from_late = (since - (ring.late_ticks - ring.ticks)) * self.ns_per_tick
        return ring.late_ns - self.start_ns + from_late

    def _events(self, data):
        for at, ring in self.rings:
            for since, kind, fiber, argument in ring.events(data, at):
                plain = ring.worker is None or kind in ("counter", "frame_reset")
                yield (self._to_ns(ring, since), ring.worker, kind,
                       fiber if plain else ring.fiber(fiber), argument)

    @property
    def workers(self):
        return sorted(ring.worker for _, ring in self.rings if ring.worker is not None)


def read(path):
    with open(path, "rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return Trace(data)
