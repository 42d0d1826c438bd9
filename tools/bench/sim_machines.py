# sim_machines.py - the group `sim`: what the simulated machine explores, and speed on machines of its own
# SPDX-License-Identifier: MIT
#
# Schedules and states are counted here and now. Speed-ups are of virtual time: they are the same on
# every host. The table and a plot (build/sim_speedup.svg) come with them.
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLOT = ROOT / "build/sim_speedup.svg"
PLANTED = ROOT / "build/sim_plants.csv"  # of tests/selfcheck/sim_plants.py, which takes minutes

# For two CPUs: these beside whoever explores, and what is left afterwards.
BESIDE, AFTERWARDS = ["numa1024", "console", "hybrid8", "two", "one"], ["numa128", "numa64"]
CPUS = {"one": 1, "two": 2, "hybrid8": 8, "console": 16, "numa64": 64, "numa128": 256, "numa1024": 1024}
WORKLOADS = {"fib": "#1b6ca8", "parallel_for": "#c05a1e", "frame_loop": "#3b8f4b"}
COUNTED = {
    "two_thieves_and_the_owner_take_each_job_once": "sim.deque",
    "a_wait_ends_once_by_signal_deadline_or_stop": "sim.wait",
}


def build():
    made = subprocess.run(["make", "-s", "-C", str(ROOT), "suite", "TARGET=sim"],
                          capture_output=True, text=True)
    if made.returncode != 0:
        sys.exit(made.stdout + made.stderr)
    return str(ROOT / "build/sim/sim")


def explored(binary):
    ran = subprocess.run([binary], capture_output=True, text=True)
    figures = {"tests.sim": float(re.search(r"^# (\d+) passed", ran.stdout, re.M)[1])}
    for name, runs, rate, states in re.findall(
            r"^ok \d+ - (\w+)  # (\d+) schedules, [\d.]+ s, (\d+)/s(?:, (\d+) states)?", ran.stdout, re.M):
        if name in COUNTED:
            figures[COUNTED[name] + "_states"] = float(states)
            figures[COUNTED[name] + "_schedules"] = float(runs)
            figures["sim.schedules_per_s"] = float(rate)
        elif name.startswith("a_system_of_two"):
            figures["sim.system_schedules_per_s"] = float(rate)
    return figures


def start(binary, machines):
    return subprocess.Popen(["sh", "-c", "; ".join(f"{binary} --time --plain {m}" for m in machines)],
                            stdout=subprocess.PIPE, text=True)


def figures_of(process):
    rows = (line.split() for line in process.communicate()[0].splitlines())
    return {metric: float(value) for metric, value in rows}


def planted():
    if not PLANTED.exists():
        return {}
    rows = (line.split(",") for line in PLANTED.read_text(encoding="utf-8").split())
    return {metric: float(value) for metric, value in rows}


# Both axes double from line to line.
def plot(figures):
    def place(cpus, speedup):
        step = 44
        return 60 + step * (cpus.bit_length() - 1), 480 - step * max(0.0, log2(speedup))

    lines = ['<svg xmlns="http://www.w3.org/2000/svg" width="640" height="540" font-family="sans-serif"'
             ' font-size="12"><rect width="640" height="540" fill="white"/>']
    for power in range(11):
        x, y = place(1 << power, 2.0 ** power)
        lines.append(f'<path d="M{x} 480V40M60 {y}H500" stroke="#e4e4e4"/>'
                     f'<text x="{x}" y="498" text-anchor="middle">{1 << power}</text>'
                     f'<text x="52" y="{y + 4}" text-anchor="end">{1 << power}</text>')
    lines.append('<path d="M60 480L500 40" stroke="#999" stroke-dasharray="4"/>'
                 '<text x="280" y="522" text-anchor="middle">CPUs of the simulated machine</text>'
                 '<text x="60" y="24">speed-up over one worker, virtual time</text>')
    for number, (workload, colour) in enumerate(WORKLOADS.items()):
        points = [place(cpus, figures[f"sim.speedup.{name}.{workload}"]) for name, cpus in CPUS.items()
                  if f"sim.speedup.{name}.{workload}" in figures]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        lines.append(f'<text x="510" y="{60 + 20 * number}" fill="{colour}">{workload}</text>')
    PLOT.write_text("\n".join(lines + ["</svg>\n"]), encoding="utf-8")


def log2(value):
    power = 0.0
    while value >= 2:
        value, power = value / 2, power + 1
    return power + (value - 1)  # straight between powers of two: close enough for a plot


def measure():
    binary = build()
    beside = start(binary, BESIDE)
    figures = {**explored(binary), **planted(), **figures_of(start(binary, AFTERWARDS)),
               **figures_of(beside)}
    plot(figures)
    return figures
