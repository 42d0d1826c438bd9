# chrome.py - a report's events as Chrome's trace format, which Perfetto opens too
# SPDX-License-Identifier: MIT

PROCESS = 1


def _names(report):
    yield {"ph": "M", "pid": PROCESS, "name": "process_name", "args": {"name": report["title"]}}
    for worker in report["workers"]:
        yield {"ph": "M", "pid": PROCESS, "tid": worker["id"], "name": "thread_name",
               "args": {"name": worker.get("name", "worker %d" % worker["id"])}}


# A span for each stay of a fiber on a worker, with what it does inside: jobs and zones that were
# begun before a wait are opened anew where the fiber goes on.
class Spans:
    def __init__(self, report):
        self.functions, self.names = report.get("functions", {}), report.get("names", {})
        self.open = {}     # fiber -> names of what it is in
        self.running = {}  # worker -> fiber
        self.out = []

    def _mark(self, phase, at, worker, name):
        self.out.append({"ph": phase, "pid": PROCESS, "tid": worker, "ts": at, "name": name})

    def _leave(self, at, worker):
        for name in reversed(self.open.get(self.running.get(worker), [])):
            self._mark("E", at, worker, name)

    def _enter(self, at, worker, fiber):
        self.running[worker] = fiber
        for name in self.open.get(fiber, []):
            self._mark("B", at, worker, name)

    def _name(self, kind, argument):
        if kind.startswith("zone"):
            return self.names.get(str(argument), "zone %d" % argument)
        return self.functions.get(str(argument), "job")

    def add(self, at, worker, fiber, kind, argument):
        if kind == "switch":
            self._leave(at, worker)
            self._enter(at, worker, fiber)
        elif kind in ("job_begin", "zone_begin"):
            self.running[worker] = fiber
            name = self._name(kind, argument)
            self.open.setdefault(fiber, []).append(name)
            self._mark("B", at, worker, name)
        elif kind in ("job_end", "zone_end"):
            if self.open.get(fiber):
                self._mark("E", at, worker, self.open[fiber].pop())
        elif kind == "counter":
            name = self.names.get(str(argument), "value %d" % argument)
            self.out.append({"ph": "C", "pid": PROCESS, "ts": at, "name": name,
                             "args": {"value": fiber}})
        else:
            self.out.append({"ph": "i", "s": "t", "pid": PROCESS, "tid": worker, "ts": at,
                             "name": kind, "args": {"fiber": fiber, "argument": argument}})


def of(report):
    spans = Spans(report)
    for event in report["events"]:
        spans.add(*event)
    frames = [{"ph": "X", "pid": PROCESS, "tid": "frames", "ts": frame["t_us"],
               "dur": frame["ms"] * 1000, "name": "frame", "args": {"bytes": frame.get("bytes", 0)}}
              for frame in report["frames"] if "t_us" in frame]
    return {"displayTimeUnit": "ms", "traceEvents": [*_names(report), *spans.out, *frames]}
