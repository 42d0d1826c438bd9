# plants.py - for every check, faults that it must catch, and what it must say of each
# SPDX-License-Identifier: MIT
#
# A plant is (file, change, words): `change` maps the file's text (empty if there is none) to the
# faulty one; `words` must stand on one line of the check's output, " ... " for anything in between.
# TARGETS cuts long runs short: one or two targets show what a check can see.
import re

TARGETS = {"symbols": "cortex-m3 native", "bloat": "cortex-m3 native", "templates": "cortex-m3",
           "trace_off": "native"}


def append(text):
    return lambda old: old + text


def insert_after_pragma(text):
    return lambda old: old.replace("#pragma once\n", "#pragma once\n" + text, 1)


def replace(old_words, new_words):
    return lambda old: old.replace(old_words, new_words, 1)


def cut(pattern):
    return lambda old: re.sub(pattern, "", old, count=1, flags=re.M | re.S)


def in_weft(code):
    return append("namespace weft {\n" + code + "}  // namespace weft\n")


STACK = "core/weft/fiber/stack.cpp"
TEXT = "core/weft/base/text.cpp"
HEAD = "// planted.cpp - planted by the self-check\n// SPDX-License-Identifier: MIT\n"
ATOMIC = "#include <weft/base/atomic.hpp>\n"
README = "port/README.md"
FENCE = "```"
MACHINE_PATH = "/".join(["", "work", "tree"])

# What a check must accept: the same shape as a plant, without words.
SHAPES = """
// Acquire: the list. Pairs with the release in b().
int a1(Atomic<int>& x) { return x.load_acquire(); }
void b(Atomic<int>& x, int n) {
    int seen = 0;
    do {
        n++;
        // Release: publishes n. Pairs with the acquire in a1().
    } while (!x.cas_weak_release(seen, n));
    // Relaxed: only a count.
    for (int i = x.load_relaxed(); i < n; i++) {
        x.fetch_add_relaxed(1);
    }
    x.store_release(n);  // Release: as above.
    const int both[] = {n,
                        // Relaxed: nobody else writes.
                        x.load_relaxed()};
    // Acquire and release: takes the list and gives the slot. Pairs with itself.
    if (x.exchange_acq_rel(both[0]) == n && seen != 0)
        n++;
    const auto later = [&x] {
        // Sequentially consistent: the flag before the look. Pairs with the fence in c().
        fence_seq_cst();
        return x.load_relaxed();  // Relaxed: the fence orders it
    };
    switch (n) {
        case 1:
            // Acquire on failure: the winner's list. Pairs with the release above.
            x.cas_strong_acquire(seen, later());
    }
    asm volatile("" ::: "memory");
}
struct Holder {
    Atomic<int> x;
    int first, second;
    Holder() : first{1}, second{2} {
        // Release: the fields. Pairs with the acquire in a1().
        x.store_release(first);
        x.store_release(second);  // Release: as above
    }
};
"""
HARMLESS = {
    "orders": [(STACK, lambda old: ATOMIC + old + "namespace weft {" + SHAPES + "}\n")],
    "sizes": [(TEXT, in_weft("int f(int x) {\n" + "    x++;\n" * 57 + "    return x;\n}\n"))],
    "layers": [(TEXT, append("// #include <string.h>\n"))],
    "links": [(README, append(f"{FENCE}\n[not](a_link.md)\n{FENCE}\n`[nor](this.md)`\n"))],
    "readme_code": [(README, append(f"{FENCE}cpp fragment\nnot(code;\n{FENCE}\n"))],
    "bloat": [(TEXT, append("constexpr int table[] = {1, 2};\nconst int* at() { return table; }\n"))],
}

PLANTS = {
    "trace_off": [
        ("core/weft/sched/timers.cpp", append("#include <weft/trace/names.hpp>\nuint32_t left(weft::"
                                              "TraceNames& to) { return to.number_of(\"\"); }\n"),
         "core/weft/sched/timers.cpp: ... tracing is left"),
    ],
    "format": [
        (TEXT, append("int  badly_spaced ;\n"), f"{TEXT}:"),
        ("tests/unit/planted.hpp", append("int   x;\n"), "tests/unit/planted.hpp:1"),
    ],
    "layers": [
        ("core/weft/base/bits.hpp", insert_after_pragma("#include <weft/fiber/fiber.hpp>\n"),
         "core/weft/base/bits.hpp: ... base may not include fiber"),
        ("core/weft/config/config.hpp", insert_after_pragma("#include <weft/weft.hpp>\n"),
         "core/weft/config/config.hpp: ... weft/weft.hpp is for users"),
        (TEXT, append("#include <string.h>\n"), f"{TEXT}: ... not string.h"),
        (TEXT, append('#include "text.hpp"\n'), f"{TEXT}: ... not text.hpp"),
        ("core/weft/extra/extra.hpp", append(""), "core/weft/extra/extra.hpp:1: not in a layer"),
        ("port/env/linux/clock.cpp", append("#include <weft/base/bits.hpp>\n"),
         "port/env/linux/clock.cpp: ... the port knows nothing of the core"),
        ("port/arch/x86_64/arch_inline.hpp", append("#include <stdlib.h>\n"),
         "port/arch/x86_64/arch_inline.hpp: ... no hosted headers"),
        ("port/port.hpp", append("#include <string.h>\n"), "port/port.hpp:"),
        ("extra/file.txt", append("x\n"), "extra: not one of the top-level names"),
    ],
    "orders": [
        (STACK, in_weft("int a(Atomic<int>& x) { return x.load_acquire(); }\n"),
         f'{STACK}: ... no comment says "Acquire:'),
        (STACK, in_weft("// Acquire: it seems wise.\nint a(Atomic<int>& x) {\n"
                        "    // Acquire: it seems wise.\n    return x.load_acquire();\n}\n"),
         f'{STACK}: ... does not say what it "Pairs with"'),
        (STACK, in_weft("void a(Atomic<int>& x) {\n    // Acquire: pairs with the store in b().\n"
                        "    x.fetch_add_acq_rel(1);\n}\n"),
         f'{STACK}: ... no comment says "Acquire and release:'),
        (STACK, in_weft("void a(Atomic<int>& x) {\n    // Release: as above.\n"
                        "    x.store_release(1);\n}\n"),
         f'{STACK}: ... does not say what it "Pairs with"'),
        (STACK, in_weft("void a() { fence_seq_cst(); }\n"),
         f'{STACK}: ... no comment says "Sequentially'),
        ("port/env/linux/clock.cpp",
         append("void a(int* x) { __atomic_store_n(x, 1, __ATOMIC_RELAXED); }\n"),
         'port/env/linux/clock.cpp: ... no comment says "Relaxed'),
        (STACK, append("std::atomic<int> counter;\n"), f"{STACK}: ... no std::atomic"),
        (STACK, append("volatile int flag;\n"), f"{STACK}: ... no volatile in the core"),
        (STACK, append("int a(int* x) { return __sync_fetch_and_add(x, 1); }\n"),
         f"{STACK}: ... no __sync"),
    ],
    "symbols": [
        (TEXT, in_weft("uint64_t quotient(uint64_t a, uint64_t b) { return a / b; }\n"),
         f"{TEXT}: [cortex-m3] needs __aeabi_uldivmod"),
        (TEXT, append('extern "C" int puts(const char*);\nint call() { return puts("x"); }\n'),
         f"{TEXT}: [native] needs puts"),
        ("port/env/template/env.cpp", cut(r"^void unpark\(.*?\}\n"),
         "core/weft/ ... the port does not define"),
    ],
    "bloat": [
        (TEXT, append("int start();\nint at_start = start();\n"),
         f"{TEXT}: ... a static constructor"),
        (TEXT, append("int first();\nint* once() {\n    static int x = first();\n"
                      "    return &x;\n}\n"),
         f"{TEXT}: ... a static local with a run-time initialiser"),
        (TEXT, append("int* make() { return new int; }\n"), f"{TEXT}: ... operator new"),
        (TEXT, append("struct A {\n    virtual void f();\n};\nvoid A::f() {}\n"),
         f"{TEXT}: ... a vtable"),
        (TEXT, append("thread_local int mine = 1;\nint* mine_at() { return &mine; }\n"),
         f"{TEXT}: ... a thread_local"),
        (TEXT, append("struct E {\n    ~E();\n};\nE at_end;\n"), f"{TEXT}:"),
    ],
    "templates": [
        ("port/arch/template/arch_inline.hpp", cut(r"^inline void cpu_relax\(.*?\}\n"),
         "error: ... cpu_relax"),
        ("port/port.hpp", replace("uint64_t now_ns();", "uint32_t now_ns();"),
         "port/env/template/env.cpp"),
    ],
    "tags": [
        ("tests/weft/base/require.cpp", append(HEAD), "tests/weft/base/require.cpp:1: shares"),
        ("core/weft/base/require.hpp", replace("16777619u", "16777617u"), "file_tag() and"),
        ("tools/where", replace("known if", "known[1:] if not"), "tools/where: does not find"),
    ],
    "sizes": [
        (TEXT, append("// more\n" * 400), f"{TEXT}:400"),
        (TEXT, in_weft("int long_one(int x) {\n" + "    x++;\n" * 60 + "    return x;\n}\n"),
         f"{TEXT}: ... a function of 63 lines"),
        ("core/weft/base/planted.cpp", append("int x;\n"), "core/weft/base/planted.cpp:1: line 1"),
        ("core/weft/base/planted.cpp", append(HEAD.split("\n", maxsplit=1)[0] + "\n\n"),
         "core/weft/base/planted.cpp:2: the line after"),
    ],
    "names": [
        (README, append(f"See {MACHINE_PATH}.\n"), f"{README}:"),
        ("tools/planted", append("curl https://pypi" + ".org/simple\n"), "tools/planted:1"),
    ],
    "defects": [
        ("tests/README.md", replace("`nested_pins_are_all_kept`", "`pins_are_kept`"),
         "no such test: pins_are_kept"),
        ("tests/core/memory/test_object_handles.cpp", replace("TEST(nested_pins", "TEST(all_nested_pins"),
         "no such test: nested_pins_are_all_kept"),
        ("tests/README.md", replace("`objects: pins are a flag`", "`pins are flags`"),
         "no such mutant: pins are flags"),
        ("tests/README.md", replace("| `objects: pins are a flag` |", "| |"),
         "names no test, or no mutant"),
    ],
    "sixteen_kib": [
        ("core/weft/memory/pool.hpp", replace("    uint32_t next_victim_ = 0;", "    uint32_t next_victim_ = 0, more_[8] = {};"),
         "pool is ... bytes, not"),
        ("tests/core/memory/sixteen_kib.hpp", replace("kChunkBytes = 4096", "kChunkBytes = 8192"),
         "on a small core, all of it fits"),
    ],
    "links": [
        (README, append("[there](nowhere.md)\n"), f"{README}: ... leads nowhere: nowhere.md"),
        (README, append("[there](../core/weft/README.md#no-such-part)\n"),
         f"{README}: ... no such heading"),
    ],
    "readme_code": [
        (README, append(f"{FENCE}cpp\nint x = nothing;\n{FENCE}\n"),
         f"{README}: ... does not compile"),
        (README, append(f"{FENCE}cpp\nint main() {{ return 3; }}\n{FENCE}\n"),
         f"{README}: ... ended with 3"),
        (README, append(f"{FENCE}cpp pseudo\nx\n{FENCE}\n"),
         f"{README}: ... only `fragment` is known"),
    ],
    "must_not_compile": [
        ("core/weft/config/rules.hpp", replace("c.workers() >= 1,", "true,"),
         "case workers_at_least_one (gcc): compiles, and must not"),
        ("core/weft/config/rules.hpp", replace("or nothing runs", "or else"),
         "case workers_at_least_one (gcc): refused, but without saying"),
        ("core/weft/config/rules.hpp",
         replace("    X(workers_at_most,",
         '    X(a_new_rule, true, "new") \\\n    X(workers_at_most,'),
         "rule a_new_rule has no case"),
        ("core/weft/base/result.hpp", cut(r"^    static_assert\(.*?\);\n"),
         "case result_of_no_plain_bytes (gcc): compiles"),
        ("tests/must_not_compile/contracts.cpp", append("int x = nothing;\n"),
         "must compile without a case"),
    ],
    "clobbers": [
        ("port/arch/aarch64/arch_inline.hpp", cut(r'"v20", '), "no clobber names v20"),
        ("port/arch/x86_64/arch_inline.hpp", cut(r'"xmm20", '), "no clobber names xmm20"),
    ],
    "vendor": [
        ("CMakeLists.txt", cut(r"^add_library\(weft::weft.*?\n"), "configuring fails"),
        ("tests/vendor/cmake/main.cpp", replace("aabb", "abab"), "the program fails with 1"),
    ],
}
