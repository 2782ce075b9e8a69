/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.annotations.MapType;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.toolchain.InstalledCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The verifier accepts every helper, and no helper makes a program longer than direct calls of the kernel's functions.
 * {@code helper_maps.bpf.c} has two programs for each helper: one with the helper and one without.
 */
@Tag("jdk-independent")
@KernelTest
class KernelHelpersTest {
    private static final String BY_HELPER = "helper_";
    private static final String BY_HAND = "hand_";

    private static final Pattern HELPER = Pattern.compile("^static __always_inline [^(]*?(\\w+)\\(", Pattern.MULTILINE);

    private static final Pattern LOOKUP = Pattern.compile("call \\w*map_lookup_elem");

    private static final Pattern PROGRAM = Pattern.compile("\"id\":(\\d+),[^{}]*?\"bytes_xlated\":(\\d+)");

    /**
     * Types that have no helpers, and two with helpers that are not tested here: only LSM programs can use inode storage, which are not loaded
     * here, and RHASH needs Linux 7.2 ({@code KernelResizedTest}).
     */
    private static final Set<MapType> LEFT_OUT = EnumSet.of(
            MapType.INODE_STORAGE,
            MapType.RHASH,
            MapType.RHASH_OR_HASH,
            MapType.USER_RINGBUF,
            MapType.DEVMAP,
            MapType.DEVMAP_HASH,
            MapType.CPUMAP,
            MapType.STACK_TRACE,
            MapType.XSKMAP,
            MapType.SOCKMAP,
            MapType.SOCKHASH,
            MapType.REUSEPORT_SOCKARRAY,
            MapType.CGROUP_ARRAY,
            MapType.ARENA,
            MapType.PROG_ARRAY);

    /** The object has a map of this type, and calls functions that came with it. */
    @BeforeAll
    static void needStorageOfControlGroups() {
        KernelAssumptions.assume(KernelFeature.CGRP_STORAGE);
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void helpersMakeNoProgramLongerThanHandwrittenCode(InstalledClang clang) throws IOException {
        try (HelperMapsBpf maps = HelperMapsBpf.load(BpfObjects.of("helper_maps", clang))) {
            Map<String, Integer> lengths = lengths(maps);
            Map<String, String> longer = new TreeMap<>();
            helpers().forEach(helper -> {
                int byHelper = lengths.getOrDefault(BY_HELPER + helper, Integer.MAX_VALUE);
                int byHand = lengths.getOrDefault(BY_HAND + helper, 0);
                if (byHelper > byHand) {
                    longer.put(helper, byHelper + " instructions, by hand " + byHand);
                }
            });

            assertThat(longer).isEmpty();
        }
    }

    /** Fails if a new helper or map type has no program in {@code helper_maps.bpf.c}. */
    @Test
    void everyHelperHasAProgram() throws IOException {
        Set<String> tried;
        try (HelperMapsBpf maps = HelperMapsBpf.load(BpfObjects.of("helper_maps"))) {
            tried = maps.programs().stream()
                    .map(UntypedProgram::name)
                    .filter(name -> name.startsWith(BY_HELPER))
                    .map(name -> name.substring(BY_HELPER.length()))
                    .collect(Collectors.toSet());
        }
        String header = header();

        assertThat(tried).containsExactlyInAnyOrderElementsOf(helpers());
        for (MapType type : EnumSet.complementOf(EnumSet.copyOf(LEFT_OUT))) {
            assertThat(header).containsPattern("\\bBPF_MAP_TYPE_" + type + "\\b");
        }
    }

    /** Before Linux 6.16, one lookup in a HASH_OF_MAPS can miss a key. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void aMissIsRepeatedOnlyWhereOneLookupIsNotEnough(InstalledClang clang) {
        InstalledCommand.needInstalled("bpftool");
        try (HelperMapsBpf maps = HelperMapsBpf.load(BpfObjects.of("helper_maps", clang))) {
            int id = maps.program("helper_visits_lookup").id();
            String code = InstalledCommand.run("bpftool", "prog", "dump", "xlated", "id", Integer.toString(id))
                    .succeeded()
                    .output();

            assertThat(LOOKUP.matcher(code).results())
                    .hasSize(KernelAndLibbpfVersions.replacesEntriesInPlace() ? 1 : 2);
        }
    }

    private static Set<String> helpers() throws IOException {
        return HELPER.matcher(header()).results().map(result -> result.group(1)).collect(Collectors.toSet());
    }

    private static String header() throws IOException {
        return Files.readString(BpfObjects.generated("helper_maps.bpf.h"));
    }

    /** Number of instructions of each program after the kernel's rewriting, by program name. */
    private static Map<String, Integer> lengths(HelperMapsBpf maps) {
        InstalledCommand.needInstalled("bpftool");
        String all = InstalledCommand.run("bpftool", "--json", "prog", "show")
                .succeeded()
                .output();
        Map<Integer, Integer> byId = PROGRAM.matcher(all)
                .results()
                .collect(Collectors.toMap(result -> number(result, 1), result -> number(result, 2) / Long.BYTES));
        return maps.programs().stream()
                .collect(Collectors.toMap(UntypedProgram::name, program -> byId.get(program.id())));
    }

    private static int number(MatchResult result, int group) {
        return Integer.parseInt(result.group(group));
    }
}
