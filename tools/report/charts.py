# charts.py - small pictures as SVG, in the colours of the page around them
# SPDX-License-Identifier: MIT
from html import escape

WIDTH = 560
FAR_OUT = 1.5
COLOURS = 8  # --c0 to --c7 in page.css; the last is for everything else


def rounded(value):
    """Three digits that count, with a unit's prefix where it helps."""
    for limit, suffix in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            scale = {"G": 1e9, "M": 1e6, "k": 1e3}[suffix]
            return "%.3g %s" % (value / scale, suffix)
    return "%d" % value if value == int(value) else "%.3g" % value


def size(value):
    for limit, unit in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if value >= limit:
            return "%.3g %s" % (value / limit, unit)
    return "%d B" % value


def duration(us):
    for limit, unit in ((1e6, "s"), (1e3, "ms"), (1, "us")):
        if us >= limit:
            return "%.3g %s" % (us / limit, unit)
    return "%.3g ns" % (us * 1000)


def percentile(ordered, share):
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def text(x, y, words, anchor="start", extra=""):
    return '<text x="%.1f" y="%.1f" text-anchor="%s"%s>%s</text>' % (x, y, anchor, extra, escape(words))


def rect(x, y, width, height, css, tip):
    return '<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" class="%s"><title>%s</title></rect>' % (
        x, y, max(width, 0), max(height, 0), css, escape(tip))


def line(x1, y1, x2, y2, css):
    return '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"/>' % (x1, y1, x2, y2, css)


def svg(height, body, label, mark):
    return ('<svg viewBox="0 0 %d %d" role="img" aria-label="%s" data-chart="%s">%s</svg>'
            % (WIDTH, height, escape(label), mark, "".join(body)))


def histogram(values, budget, unit):
    """Equal bins from zero; marks at the median, the 99th and the budget. What lies far out is in the
    last bin: one frame that the machine held up would press all others into the first."""
    ordered, bins, height, left = sorted(values), 40, 190, 8
    top = min(max(ordered[-1], budget or 0), FAR_OUT * max(percentile(ordered, 0.9), budget or 0)) * 1.02 or 1
    counts = [0] * bins
    for value in ordered:
        counts[min(bins - 1, int(value / top * bins))] += 1
    scale, step = (height - 60) / max(counts), (WIDTH - 2 * left) / bins
    body = []
    for i, count in enumerate(counts):
        if count:
            upto = "%.3g" % ((i + 1) * top / bins) if i + 1 < bins or ordered[-1] <= top else "more"
            tip = "%.3g to %s %s: %d frames" % (i * top / bins, upto, unit, count)
            body.append(rect(left + i * step + 0.5, height - 30 - count * scale, step - 1,
                             count * scale, "bar", tip))
    body.append(line(left, height - 30, WIDTH - left, height - 30, "axis"))
    for share in range(5):
        x = left + share / 4 * (WIDTH - 2 * left)
        body.append(text(x, height - 14, "%.3g" % (top * share / 4),
                         ("start", "middle", "middle", "middle", "end")[share]))
    body.append(text(WIDTH / 2, height - 1, unit, "middle"))
    marks = [(percentile(ordered, 0.5), "median", "mark"), (percentile(ordered, 0.99), "99 %", "mark")]
    marks += [(budget, "budget", "limit")] if budget else []
    for row, (value, name, css) in enumerate(marks):
        x = left + min(1, value / top) * (WIDTH - 2 * left)
        body.append(line(x, 10 + row * 12, x, height - 30, css))
        far = x > WIDTH * 0.75
        body.append(text(x + (-4 if far else 4), 18 + row * 12, "%s %.3g" % (name, value),
                         "end" if far else "start"))
    return svg(height, body, "histogram of frame times", "histogram")


def series(values, label, mark, form):
    """One value a frame, as a filled line; its high-water mark as a line of its own."""
    height, left, top = 150, 8, max(values) or 1
    step = (WIDTH - 2 * left) / max(1, len(values) - 1)
    points = ["%.1f,%.1f" % (left + i * step, height - 22 - v / top * (height - 50))
              for i, v in enumerate(values)]
    floor = height - 22
    body = ['<polygon class="area" points="%.1f,%d %s %.1f,%d"/>'
            % (left, floor, " ".join(points), left + (len(values) - 1) * step, floor),
            '<polyline class="curve" points="%s"/>' % " ".join(points),
            line(left, height - 22 - (height - 50), WIDTH - left, height - 22 - (height - 50), "mark"),
            text(left, height - 22 - (height - 50) - 5, "most: " + form(top)),
            line(left, floor, WIDTH - left, floor, "axis"), text(left, height - 6, "first frame"),
            text(WIDTH - left, height - 6, "frame %d" % len(values), "end")]
    return svg(height, body, label, mark)


def bars(rows, label, mark):
    """rows: (name, value, whole, words): a bar of value in whole each."""
    height, left, right = 8 + 24 * len(rows), 190, 130
    room = WIDTH - left - right
    body = []
    for i, (name, value, whole, words) in enumerate(rows):
        y = 6 + 24 * i
        body.append(text(left - 8, y + 13, name[:30], "end"))
        body.append(rect(left, y, room, 17, "back", words))
        body.append(rect(left, y, room * min(1, value / whole if whole else 0), 17, "bar",
                         "%s: %s" % (name, words)))
        body.append(text(left + room + 8, y + 13, words))
    return svg(height, body, label, mark)


def table(heads, rows, mark):
    cells = "".join("<tr>%s</tr>" % "".join("<td>%s</td>" % escape(str(c)) for c in row)
                    for row in rows)
    top = "".join("<th>%s</th>" % escape(head) for head in heads)
    return '<table data-chart="%s"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>' % (
        mark, top, cells)
