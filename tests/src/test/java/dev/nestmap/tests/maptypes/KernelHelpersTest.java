/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.annotations.MapType;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;

/** The verifier accepts every helper: {@code helper_maps.bpf.c} has a program for each. */
@KernelTest
class KernelHelpersTest {
    private static final Pattern HELPER = Pattern.compile("^static __always_inline [^(]*?(\\w+)\\(", Pattern.MULTILINE);

    private static final Pattern LOOKUP = Pattern.compile("call \\w*map_lookup_elem");

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

    /** Fails if a new helper or map type has no program in {@code helper_maps.bpf.c}. */
    @InstalledClang.Each
    void theVerifierAcceptsEveryHelper(InstalledClang clang) throws IOException {
        String header = Files.readString(BpfObjects.generated("helper_maps.bpf.h"));
        try (HelperMapsBpf maps = HelperMapsBpf.load(BpfObjects.of("helper_maps", clang))) {
            assertThat(maps.programs())
                    .extracting(UntypedProgram::name)
                    .containsExactlyInAnyOrderElementsOf(HELPER.matcher(header)
                            .results()
                            .map(result -> "helper_" + result.group(1))
                            .toList());
        }
        for (MapType type : EnumSet.complementOf(EnumSet.copyOf(LEFT_OUT))) {
            assertThat(header).containsPattern("\\bBPF_MAP_TYPE_" + type + "\\b");
        }
    }

    /** Before Linux 6.16, one lookup in a HASH_OF_MAPS can miss a key. */
    @InstalledClang.Each
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
}
