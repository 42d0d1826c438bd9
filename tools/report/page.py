# page.py - one page, or one picture, from a report's data
# SPDX-License-Identifier: MIT
import json
import pathlib
from html import escape

import charts
import timeline

HERE = pathlib.Path(__file__).resolve().parent
MOST_WAITS = 15
PALETTE = ["#2f6fb3", "#d9822b", "#3f9d6b", "#b4478c", "#7a68c9", "#c2a11d", "#2f9fa8", "#8a949e"]


def worker_name(report, worker):
    names = {w["id"]: w.get("name") for w in report.get("workers", [])}
    return names.get(worker) or "worker %d" % worker


def fiber_name(report, fiber):
    names = {f["id"]: f.get("name") for f in report.get("fibers", [])}
    return names.get(fiber) or "fiber %d" % fiber


def rows_of(report, line):
    workers = sorted({w["id"] for w in report.get("workers", [])} | set(line.on_worker))
    rows = [{"name": worker_name(report, w), "kind": "worker", "spans": line.on_worker.get(w, []),
             "parks": line.parks.get(w, []), "waits": [],
             "steals": [at for at, thief, _ in line.steals if thief == w]} for w in workers]
    for fiber in line.busiest_fibers():
        waits = [[w["t_us"], w["t_us"] + w["us"]] for w in line.waits if w["fiber"] == fiber]
        rows.append({"name": fiber_name(report, fiber), "kind": "fiber", "parks": [], "steals": [],
                     "spans": line.on_fiber[fiber], "waits": sorted(waits)})
    return rows


# The names that take most time have colours of their own.
def colours_of(line):
    order, sums = line.by_time()
    colours = [charts.COLOURS - 1] * len(line.names)
    for place, number in enumerate(order[:charts.COLOURS - 1]):
        colours[number] = place
    return colours, order, sums


def frames_of(report, line):
    return [[f["t_us"] - line.start, f["t_us"] - line.start + f["ms"] * 1000]
            for f in report.get("frames", []) if "t_us" in f]


def rounded(value):
    return [rounded(v) for v in value] if isinstance(value, list) else \
        round(value, 3) if isinstance(value, float) else value


def timeline_section(report, line):
    colours, order, sums = colours_of(line)
    rows = rows_of(report, line)
    for row in rows:
        row["spans"], row["waits"], row["parks"] = map(rounded, (row["spans"], row["waits"], row["parks"]))
    data = {"end": line.end, "rows": rows, "names": line.names, "colours": colours,
            "frames": rounded(frames_of(report, line))}
    legend = "".join('<span><i style="background:var(--c%d)"></i>%s, %s</span>'
                     % (colours[n], escape(line.names[n]), charts.duration(sums[n]))
                     for n in order[:charts.COLOURS - 1])
    lost = sum(report.get("dropped", []))
    note = " %d older events were overwritten." % lost if lost else ""
    return """<section class="wide"><h2>Timeline</h2><p>Who ran what, and when. Wheel: zoom; drag or
shift and wheel: move; pale: asleep or waiting; red: a steal; the strip on top: frames.%s</p>
<div class="tools"><button id="in">closer</button><button id="out">further</button><button id="all">all</button>
<label><input type="checkbox" id="fibers" checked> fibers</label><span id="span"></span></div>
<canvas id="timeline"></canvas><div class="legend">%s</div>
<script type="application/json" id="timeline-data">%s</script></section>""" % (
        note, legend, json.dumps(data, separators=(",", ":")).replace("<", "\\u003c"))


def card(title, words, body):
    return "<section><h2>%s</h2><p>%s</p>%s</section>" % (escape(title), words, body)


def frame_cards(report):
    frames = report.get("frames", [])
    if not frames:
        return
    times = [f["ms"] for f in frames]
    late = sum(bool(f.get("late")) for f in frames)
    words = "%d frames%s, the longest %.3g ms." % (len(frames), ", %d late" % late if late else "", max(times))
    yield card("Frame times", words, charts.histogram(times, report.get("frame_budget_ms"), "ms"))
    sizes = [f["bytes"] for f in frames if "bytes" in f]
    if sizes:
        rate = sum(sizes) / max(sum(times), 1e-9) * 1000
        words = ("What each frame took from frame memory; at least %s/s written." % charts.size(rate))
        yield card("Memory of each frame", words,
                   charts.series(sizes, "bytes of each frame", "frame-bytes", charts.size))


def memory_card(report):
    rows = [(m["name"], m["high"], m.get("capacity", m["high"]),
             "%s of %s" % (charts.size(m["high"]), charts.size(m.get("capacity", m["high"]))))
            for m in report.get("memory", [])]
    if rows:
        yield card("High-water marks", "The most that was ever in use.",
                   charts.bars(rows, "high-water marks of memory", "memory"))


def steal_card(report, line):
    rows = report.get("steals_by_distance", [])
    if rows:
        most = max(max(r.get("won", 0), r.get("tried", 0)) for r in rows) or 1
        bars = [(r["distance"], r["won"], most, "%d won%s" % (
            r["won"], " of %d" % r["tried"] if "tried" in r else "")) for r in rows]
        yield card("Steals by distance", "Nearest first.", charts.bars(bars, "steals by distance", "steals"))
    elif line.steals:
        pairs = {}
        for _, thief, victim in line.steals:
            pairs[victim, thief] = pairs.get((victim, thief), 0) + 1
        best = sorted(pairs.items(), key=lambda p: -p[1])[:12]
        bars = [("%s to %s" % (worker_name(report, v), worker_name(report, t)), count, best[0][1],
                 "%d" % count) for (v, t), count in best]
        yield card("Steals", "From whom, by whom.", charts.bars(bars, "steals between workers", "steals"))


def stack_card(report):
    used = [s for s in report.get("stacks", []) if s["used"] > 0]
    stacks = sorted(used, key=lambda s: -s["used"])[:16]
    if stacks:
        rows = [(s.get("name") or fiber_name(report, s["fiber"]), s["used"], s["bytes"],
                 "%s of %s" % (charts.size(s["used"]), charts.size(s["bytes"]))) for s in stacks]
        yield card("Stacks", "The deepest that each fiber ever was.",
                   charts.bars(rows, "stack use of fibers", "stacks"))


def wait_card(report, line):
    waits = sorted(report.get("waits") or line.waits, key=lambda w: -w["us"])[:MOST_WAITS]
    if waits:
        rows = [(charts.duration(w["us"]), fiber_name(report, w["fiber"]), w.get("what", ""),
                 charts.duration(w.get("t_us", 0)),
                 charts.duration(w["us"] - w["ready_us"]) if "ready_us" in w else "") for w in waits]
        yield card("Longest waits", "From going to sleep to going on; ready: how long it was ready by then.",
                   charts.table(("for", "who", "what", "at", "ready"), rows, "waits"))


def tag_cards(report):
    tags = sorted(report.get("tags", []), key=lambda t: -t.get("ms", 0))
    if tags:
        rows = [(t["name"], t["count"], "%.4g ms" % t["ms"],
                 charts.duration(t["ms"] * 1000 / max(1, t["count"])),
                 charts.size(t["bytes"] / t["ms"] * 1000) + "/s" if t.get("bytes") and t["ms"] else "")
                for t in tags]
        yield card("By tag", "Zones, waits inside included.",
                   charts.table(("tag", "times", "in all", "each", "bandwidth"), rows, "tags"))
    sites = sorted(report.get("sites", []), key=lambda s: -s["bytes"])[:20]
    if sites:
        yield card("Hot allocation sites", "Frame memory, by where it was asked for.", charts.table(
            ("where", "times", "bytes"), [(s["site"], s["count"], charts.size(s["bytes"])) for s in sites],
            "sites"))


def html(report):
    line = timeline.Timeline(report)
    figures = "".join("<div><b>%s %s</b><span>%s</span></div>" % (
        charts.rounded(f["value"]) if not isinstance(f["value"], str) else escape(f["value"]),
        escape(f.get("unit", "")), escape(f["name"])) for f in report.get("summary", []))
    cards = [*frame_cards(report), *memory_card(report), *steal_card(report, line),
             *stack_card(report), *wait_card(report, line), *tag_cards(report)]
    title = escape(report.get("title", "weft"))
    return """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>%s</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>%s</style></head><body><h1>%s</h1><p>%s</p><div class="figures">%s</div>
%s<div class="cards">%s</div><div id="tip"></div><script>%s</script></body></html>
""" % (title, (HERE / "page.css").read_text(), title, escape(report.get("subtitle", "")), figures,
       timeline_section(report, line) if report.get("events") else "", "\n".join(cards),
       (HERE / "page.js").read_text() if report.get("events") else "")


# The whole timeline, static: for a README. What is narrower than a third of a pixel is left out.
def svg(report, width=1200):
    line = timeline.Timeline(report)
    colours, order, sums = colours_of(line)
    rows, left = rows_of(report, line), 110
    scale = (width - left - 10) / max(line.end, 1e-3)
    height = 30 + 20 * len(rows) + 26
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" '
           'font-size="11"><rect width="100%%" height="100%%" fill="#ffffff"/>' % (width, height)]
    for i, row in enumerate(rows):
        y = 22 + 20 * i
        out.append('<text x="4" y="%d" fill="#1d2329">%s</text>' % (y + 12, escape(row["name"])))
        for spans, fill in ((row["parks"], "#e4e8eb"), (row["waits"], "#f0d9b5")):
            out += ['<rect x="%.2f" y="%d" width="%.2f" height="16" fill="%s"/>'
                    % (left + s[0] * scale, y, (s[1] - s[0]) * scale, fill)
                    for s in spans if (s[1] - s[0]) * scale > 0.3]
        out += ['<rect x="%.2f" y="%d" width="%.2f" height="16" fill="%s"><title>%s</title></rect>'
                % (left + s[0] * scale, y, (s[1] - s[0]) * scale, PALETTE[colours[s[2]]],
                   escape(line.names[s[2]])) for s in row["spans"] if (s[1] - s[0]) * scale > 0.3]
    for share in range(6):
        x = left + share / 5 * (width - left - 60)
        out.append('<text x="%.1f" y="14" fill="#66707a">%s</text>'
                   % (x, charts.duration((x - left) / scale)))
    x = left
    for n in order[:charts.COLOURS - 1]:
        out.append('<rect x="%d" y="%d" width="10" height="10" fill="%s"/><text x="%d" y="%d" '
                   'fill="#66707a">%s</text>' % (x, height - 16, PALETTE[colours[n]], x + 14, height - 7,
                                                 escape(line.names[n][:28])))
        x += 150
    return "".join(out) + "</svg>\n"
