// test_require.cpp - panics carry the right place, and the hook sees it
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/base/require.hpp>
#include <weft/base/text.hpp>

using namespace weft;

TEST(a_panic_names_its_file_and_line) {
    const uint32_t line_before = __LINE__;
    EXPECT_PANIC(WEFT_REQUIRE(1 + 1 == 3));
    EXPECT_EQ(unit::panic_line(), line_before + 1);
    EXPECT_EQ(unit::panic_tag(), file_tag("tests/core/base/test_require.cpp"));
}

TEST(a_requirement_that_holds_does_nothing) {
    WEFT_REQUIRE(1 + 1 == 2);
}

TEST(a_tag_does_not_depend_on_where_the_tree_lies) {
    constexpr uint32_t tag = file_tag("weft/fiber/fiber.cpp");
    static_assert(tag == file_tag("/somewhere/core/weft/fiber/fiber.cpp"), "tags are constants");
    static_assert(tag != file_tag("weft/fiber/stack.cpp"), "files differ");
    EXPECT(same_text(path_in_project("a/weft/b/weft/c.cpp"), "weft/c.cpp"));
    EXPECT(same_text(path_in_project("nowhere/c.cpp"), "nowhere/c.cpp"));
}

TEST(the_panic_hook_can_be_set_and_put_back) {
    const PanicHook mine = [](uint32_t, uint32_t) {};
    const PanicHook earlier = set_panic_hook(mine);
    EXPECT(set_panic_hook(earlier) == mine);
}
