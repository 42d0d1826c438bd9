# timeline.py - from events to what ran when: spans of workers and of fibers, waits, steals
# SPDX-License-Identifier: MIT

MOST_FIBERS = 64  # rows; the busiest ones


class Timeline:
    """Spans are [begin, end, name's number, the other: fiber or worker], times in us from the start."""

    def __init__(self, report):
        self.functions = report.get("functions", {})
        self.texts = report.get("names", {})
        self.names, self.numbers = [], {}
        self.on_worker, self.on_fiber, self.parks, self.steals, self.waits = {}, {}, {}, [], []
        self.stack, self.running, self.since = {}, {}, {}
        self.parked, self.waiting, self.woken = {}, {}, {}
        events = sorted(report.get("events", []), key=lambda event: event[0])
        self.start = report.get("from_us") or min([event[0] for event in events], default=0)
        for at, worker, fiber, kind, argument in events:
            self._add(at - self.start, worker, fiber, kind, argument)
        self.end = max([event[0] for event in events], default=self.start) - self.start
        for worker in list(self.running):
            self._cut(self.end, worker)
        for worker, since in self.parked.items():
            self.parks.setdefault(worker, []).append([since, self.end])
        self._clip()

    # What was over before the start is left out.
    def _clip(self):
        for rows in (self.on_worker, self.on_fiber, self.parks):
            for key, spans in rows.items():
                rows[key] = [[max(s[0], 0), *s[1:]] for s in spans if s[1] > 0]
        self.steals = [steal for steal in self.steals if steal[0] >= 0]
        self.waits = [wait for wait in self.waits if wait["t_us"] + wait["us"] > 0]

    def _number(self, name):
        if name not in self.numbers:
            self.numbers[name] = len(self.names)
            self.names.append(name)
        return self.numbers[name]

    # What ran on this worker until now becomes a span.
    def _cut(self, at, worker):
        fiber, since = self.running.get(worker), self.since.get(worker, 0)
        self.since[worker] = at
        if fiber is None or not self.stack.get(fiber) or at <= since:
            return
        name = self.stack[fiber][-1]
        self.on_worker.setdefault(worker, []).append([since, at, name, fiber])
        self.on_fiber.setdefault(fiber, []).append([since, at, name, worker])

    def _name(self, kind, argument):
        if kind.startswith("zone"):
            return self.texts.get(str(argument), "zone %d" % argument)
        return self.functions.get(str(argument), "job")

    def _switch(self, at, worker, fiber):
        self._cut(at, worker)
        self.running[worker] = fiber
        if fiber in self.waiting:
            since, counter = self.waiting.pop(fiber)
            self.waits.append({"t_us": since, "us": at - since, "fiber": fiber, "worker": worker,
                               "ready_us": self.woken.pop(fiber, at) - since,
                               "what": "counter %08x" % counter})

    def _add(self, at, worker, fiber, kind, argument):
        if kind == "switch":
            self._switch(at, worker, fiber)
        elif kind in ("job_begin", "zone_begin"):
            self._cut(at, worker)
            self.running[worker] = fiber
            self.stack.setdefault(fiber, []).append(self._number(self._name(kind, argument)))
        elif kind in ("job_end", "zone_end"):
            self._cut(at, worker)
            if self.stack.get(fiber):
                self.stack[fiber].pop()
        elif kind == "wait":
            self.waiting[fiber] = (at, argument)
        elif kind == "wake":
            self.woken[fiber] = at
        elif kind == "park":
            self.parked[worker] = at
        elif kind == "unpark" and worker in self.parked:
            self.parks.setdefault(worker, []).append([self.parked.pop(worker), at])
        elif kind == "steal":
            self.steals.append([at, worker, argument])

    def busiest_fibers(self):
        busy = {fiber: sum(s[1] - s[0] for s in spans)
                for fiber, spans in self.on_fiber.items() if spans}
        return sorted(sorted(busy, key=busy.get, reverse=True)[:MOST_FIBERS])

    # Numbers of names, those that took most time first.
    def by_time(self):
        sums = [0.0] * len(self.names)
        for spans in self.on_worker.values():
            for begin, end, name, _ in spans:
                sums[name] += end - begin
        return sorted(range(len(sums)), key=lambda n: -sums[n]), sums
