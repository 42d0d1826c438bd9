# plants.py - for every check, faults that it must catch, and what it must say of each
# SPDX-License-Identifier: MIT
#
# A plant is (file, change, words): `change` maps the file's text (empty if there is none) to the
# faulty one; `words` must stand in the check's output, the place first. Long runs are cut short by
# TARGETS: one or two targets show what a check can see.
import re

TARGETS = {"symbols": "cortex-m3 native", "bloat": "cortex-m3 native", "templates": "cortex-m3"}


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

PLANTS = {
    "format": [
        (TEXT, append("int  badly_spaced ;\n"), f"{TEXT}:"),
        ("tests/unit/planted.hpp", append("int   x;\n"), "tests/unit/planted.hpp:1"),
    ],
    "layers": [
        ("core/weft/base/bits.hpp", insert_after_pragma("#include <weft/fiber/fiber.hpp>\n"),
         "core/weft/base/bits.hpp:4: base may not include fiber"),
        ("core/weft/config/config.hpp", insert_after_pragma("#include <weft/weft.hpp>\n"),
         "core/weft/config/config.hpp:10: weft/weft.hpp is for users"),
        (TEXT, append("#include <string.h>\n"), "not string.h"),
        (TEXT, append('#include "text.hpp"\n'), "not text.hpp"),
        ("core/weft/extra/extra.hpp", append(""), "core/weft/extra/extra.hpp:1: not in a layer"),
        ("port/env/linux/clock.cpp", append("#include <weft/base/bits.hpp>\n"),
         "port knows nothing of the core"),
        ("port/arch/x86_64/arch_inline.hpp", append("#include <stdlib.h>\n"), "no hosted headers"),
        ("port/port.hpp", append("#include <string.h>\n"), "port/port.hpp:"),
        ("extra/file.txt", append("x\n"), "extra: not one of the top-level names"),
    ],
    "orders": [
        (STACK, in_weft("int a(Atomic<int>& x) { return x.load_acquire(); }\n"),
         'no comment says "Acquire'),
        (STACK, in_weft("// Acquire: it seems wise.\nint a(Atomic<int>& x) {\n"
                        "    // Acquire: it seems wise.\n    return x.load_acquire();\n}\n"),
         'does not say what it "Pairs with"'),
        (STACK, in_weft("void a(Atomic<int>& x) {\n    // Acquire: pairs with the store in b().\n"
                        "    x.fetch_add_acq_rel(1);\n}\n"), 'no comment says "Acquire and release'),
        (STACK, in_weft("void a(Atomic<int>& x) {\n    // Release: as above.\n"
                        "    x.store_release(1);\n}\n"), 'does not say what it "Pairs with"'),
        (STACK, in_weft("void a() { fence_seq_cst(); }\n"), 'no comment says "Sequentially'),
        ("port/env/linux/clock.cpp",
         append("void a(int* x) { __atomic_store_n(x, 1, __ATOMIC_RELAXED); }\n"),
         'no comment says "Relaxed'),
        (STACK, append("std::atomic<int> counter;\n"), "no std::atomic"),
        (STACK, append("volatile int flag;\n"), "no volatile in the core"),
        (STACK, append("int a(int* x) { return __sync_fetch_and_add(x, 1); }\n"), "no __sync"),
    ],
    "symbols": [
        (TEXT, in_weft("uint64_t quotient(uint64_t a, uint64_t b) { return a / b; }\n"),
         f"{TEXT}: [cortex-m3] needs __aeabi_uldivmod"),
        (TEXT, append('extern "C" int puts(const char*);\nint call() { return puts("x"); }\n'),
         f"{TEXT}: [native] needs puts"),
        ("port/env/template/env.cpp", cut(r"^void discard\(.*?\}\n"), "the port does not define"),
    ],
    "bloat": [
        (TEXT, append("int start();\nint at_start = start();\n"), "a static constructor"),
        (TEXT, append("int first();\nint* once() {\n    static int x = first();\n    return &x;\n}\n"),
         "a static local with a run-time initialiser"),
        (TEXT, append("int* make() { return new int; }\n"), "operator new"),
        (TEXT, append("struct A {\n    virtual void f();\n};\nvoid A::f() {}\n"), "a vtable"),
        (TEXT, append("thread_local int mine = 1;\nint* mine_at() { return &mine; }\n"),
         "a thread_local"),
        (TEXT, append("struct E {\n    ~E();\n};\nE at_end;\n"), f"{TEXT}:"),
    ],
    "templates": [
        ("port/arch/template/arch_inline.hpp", cut(r"^inline void cpu_relax\(.*?\}\n"), "cpu_relax"),
        ("port/port.hpp", replace("uint64_t now_ns();", "uint32_t now_ns();"),
         "port/env/template/env.cpp"),
    ],
    "tags": [
        ("tests/weft/base/require.cpp", append(HEAD), "tests/weft/base/require.cpp:1: shares"),
        ("core/weft/base/require.hpp", replace("16777619u", "16777617u"), "file_tag() and"),
    ],
    "sizes": [
        (TEXT, append("// more\n" * 400), f"{TEXT}:400"),
        (TEXT, in_weft("int long_one(int x) {\n" + "    x++;\n" * 60 + "    return x;\n}\n"),
         "a function of 63 lines"),
        ("core/weft/base/planted.cpp", append("int x;\n"), "core/weft/base/planted.cpp:1: line 1"),
        ("core/weft/base/planted.cpp", append(HEAD.split("\n", maxsplit=1)[0] + "\n\n"),
         "core/weft/base/planted.cpp:2: the line after"),
    ],
    "names": [
        (README, append(f"See {MACHINE_PATH}.\n"), f"{README}:"),
        ("tools/planted", append("curl https://pypi" + ".org/simple\n"), "tools/planted:1"),
    ],
    "links": [
        (README, append("[there](nowhere.md)\n"), "leads nowhere: nowhere.md"),
        (README, append("[there](../core/weft/README.md#no-such-part)\n"), "no such heading"),
    ],
    "readme_code": [
        (README, append(f"{FENCE}cpp\nint x = nothing;\n{FENCE}\n"), "does not compile"),
        (README, append(f"{FENCE}cpp\nint main() {{ return 3; }}\n{FENCE}\n"), "ended with 3"),
        (README, append(f"{FENCE}cpp pseudo\nx\n{FENCE}\n"), "only `fragment` is known"),
    ],
    "must_not_compile": [
        ("core/weft/config/rules.hpp", replace("c.workers() >= 1,", "true,"),
         "case workers_at_least_one: compiles, and must not"),
        ("core/weft/config/rules.hpp", replace("or nothing runs", "or else"),
         "case workers_at_least_one: refused, but without saying"),
        ("core/weft/config/rules.hpp",
         replace("    X(workers_at_most,", '    X(a_new_rule, true, "new") \\\n    X(workers_at_most,'),
         "rule a_new_rule has no case"),
        ("core/weft/base/result.hpp", cut(r"^    static_assert\(.*?\);\n"),
         "case result_of_no_plain_bytes: compiles"),
        ("tests/must_not_compile/contracts.cpp", append("int x = nothing;\n"),
         "must compile without a case"),
    ],
    "vendor": [
        ("CMakeLists.txt", cut(r"^add_library\(weft::weft.*?\n"), "configuring fails"),
        ("tests/vendor/cmake/main.cpp", replace("aabb", "abab"), "the program fails with 1"),
    ],
}
