# picture.py - the timeline as SVG, static: the last frames, or all of it where there are none
# SPDX-License-Identifier: MIT
from html import escape

import charts
import page
import timeline

PALETTE = ["#2f6fb3", "#d9822b", "#3f9d6b", "#b4478c", "#7a68c9", "#c2a11d", "#2f9fa8", "#8a949e"]
FRAME_COLOURS = ["#9fd0d4", "#c9c1ea"]
FRAMES = 8
WIDTH, LEFT, TOP, ROW = 1200, 110, 36, 20
LEAST = 0.6  # pixels


class Picture:
    def __init__(self, report):
        self.line = timeline.Timeline(report)
        self.rows = page.rows_of(report, self.line)
        self.frames = page.frames_of(report, self.line)
        self.colours, self.order, self.sums = page.colours_of(self.line)
        self.begin = max(self.frames[-FRAMES][0], 0) if len(self.frames) >= FRAMES else 0
        self.scale = (WIDTH - LEFT - 10) / max(self.line.end - self.begin, 1e-3)
        self.out = []

    def text(self, x, y, words, fill="#66707a"):
        self.out.append('<text x="%.1f" y="%.1f" fill="%s">%s</text>' % (x, y, fill, escape(words)))

    def box(self, x, y, width, height, fill, tip=""):
        title = "<title>%s</title>" % escape(tip) if tip else ""
        self.out.append('<rect x="%.2f" y="%d" width="%.2f" height="%d" fill="%s">%s</rect>'
                        % (x, y, width, height, fill, title))

    # What lies within the pixel of the last one is left out.
    def spans(self, spans, y, height, fill, tip=lambda span: ""):
        reached = 0
        for span in spans:
            x = LEFT + (max(span[0], self.begin) - self.begin) * self.scale
            end = LEFT + (min(span[1], self.line.end) - self.begin) * self.scale
            if span[1] <= self.begin or end < reached:
                continue
            self.box(x, y, max(end - x, LEAST), height, fill(span), tip(span))
            reached = x + max(end - x, LEAST)

    def row(self, y, row):
        self.text(4, y + 12, row["name"], "#1d2329")
        self.spans(row["parks"], y, 16, lambda span: "#e4e8eb")
        self.spans(row["waits"], y + 5, 6, lambda span: "#f0d9b5")
        self.spans(row["spans"], y, 16, lambda span: PALETTE[self.colours[span[2]]],
                   lambda span: self.line.names[span[2]])

    def head(self):
        self.spans(self.frames, 20, 10,
                   lambda frame: FRAME_COLOURS[self.frames.index(frame) % 2])
        for share in range(6):
            at = share / 5 * (self.line.end - self.begin)
            self.text(LEFT + at * self.scale - (40 if share == 5 else 0), 14,
                      charts.duration(self.begin + at))

    def legend(self, y):
        x = LEFT
        for name in self.order[:charts.COLOURS - 1]:
            words = self.line.names[name][-40:]
            self.box(x, y, 10, 10, PALETTE[self.colours[name]])
            self.text(x + 14, y + 9, words)
            x += 30 + 6.2 * len(words)


def svg(report):
    picture = Picture(report)
    height = TOP + ROW * len(picture.rows) + 26
    picture.head()
    for i, row in enumerate(picture.rows):
        picture.row(TOP + ROW * i, row)
    picture.legend(height - 16)
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" '
            'font-size="11"><rect width="100%%" height="100%%" fill="#ffffff"/>%s</svg>\n'
            % (WIDTH, height, "".join(picture.out)))
