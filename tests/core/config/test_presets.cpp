// test_presets.cpp - presets have the values that their table promises, and fit where they must
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/config/rules.hpp>

using namespace weft;

namespace {

constexpr size_t kKi = 1024;

struct Promise {
    Preset preset;
    size_t stack_kib;
    uint32_t initial, target;
    size_t frame_kib;
    Pinning pinning;
};

const Promise kPromises[] = {
    {Preset::desktop, 64, 16, 128, 1024, Pinning::none},
    {Preset::gaming, 256, 64, 512, 2048, Pinning::avoid_smt},
    {Preset::throughput, 512, 32, 256, 1024, Pinning::none},
    {Preset::data_processing, 512, 32, 256, 1024, Pinning::tiered_spillover},
    {Preset::low_latency, 128, 8, 64, 512, Pinning::avoid_smt},
    {Preset::strict_topology, 512, 16, 128, 1024, Pinning::linear},
};

}  // namespace

TEST(presets_have_the_values_they_promise) {
    for (const Promise& promise : kPromises) {
        const Config config = Config::preset(promise.preset);
        EXPECT_EQ(config.small_stack_bytes(), promise.stack_kib * kKi);
        EXPECT_EQ(config.small_initial(), promise.initial);
        EXPECT_EQ(config.small_limit(), promise.target);
        EXPECT_EQ(config.frame_bytes(), promise.frame_kib * kKi);
        EXPECT_EQ(config.pinning(), promise.pinning);
        EXPECT(!config.prefault());
        EXPECT(config.large_stack_bytes() >= 512 * kKi);
    }
}

TEST(presets_keep_every_rule) {
    for (uint32_t i = 0; i <= uint32_t(Preset::kib256); i++)
        EXPECT_EQ(first_broken_rule(Config::preset(Preset(i))), ConfigRule::none);
}

TEST(a_preset_can_be_changed_field_by_field) {
    constexpr Config changed =
        Config::preset(Preset::gaming).workers(3).pinning(Pinning::none).small_fibers(5, 6);
    static_assert(changed.small_stack_bytes() == 256 * kKi && changed.workers() == 3, "constexpr");
    EXPECT_EQ(changed.small_limit(), 6u);
    EXPECT_EQ(changed.frame_bytes(), 2048 * kKi);
    EXPECT(!changed.pinned());
}

TEST(pinned_is_a_word_for_linear) {
    EXPECT_EQ(Config().pinning(), Pinning::none);
    EXPECT_EQ(Config().pinned(true).pinning(), Pinning::linear);
    EXPECT(Config().pinned(true).pinned() && !Config().pinned(true).pinned(false).pinned());
    static constexpr uint32_t kList[] = {4, 7};
    constexpr Config listed = Config().pin_to(kList);
    EXPECT_EQ(listed.pinning(), Pinning::list);
    EXPECT_EQ(listed.cpu_list_length(), 2u);
    EXPECT_EQ(listed.cpu_list()[1], 7u);
}

TEST(large_pages_trimming_nodes_and_cpus_can_be_chosen) {
    const Config changed = Config().large_pages(true).trim_after_ms(7).nodes(4).cpus(9);
    EXPECT(changed.large_pages() && !Config().large_pages());
    EXPECT_EQ(changed.trim_after_ms(), 7u);
    EXPECT_EQ(changed.nodes(), 4u);
    EXPECT_EQ(changed.cpus(), 9u);
}
