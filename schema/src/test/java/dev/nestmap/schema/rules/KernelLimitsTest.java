/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.schema.MapKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compares the limits in {@link MapKind} with the running kernel, through bpftool. It pins maps in a file system that ends with each
 * command.
 */
class KernelLimitsTest {
    private static final String E2BIG = "Argument list too long";

    /** In a mount namespace of its own, so that it does not meet the pins of the machine or of other tests. */
    private static final String MOUNT = "mount -t bpf bpf /sys/fs/bpf && ";

    private static final String CREATE_INNER =
            "bpftool map create /sys/fs/bpf/inner type hash key 4 value 4 entries 1 name inner && ";

    private record Result(int status, String output) {}

    @BeforeAll
    static void requireKernel() throws Exception {
        Result probe;
        try {
            probe = create(MapKind.HASH, 4, 4, 1);
        } catch (IOException e) {
            probe = new Result(-1, e.toString());
        }
        boolean required = "1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"));
        String reason = "creating a map by bpftool in a mount namespace fails: " + probe.output();
        if (required) {
            assertThat(probe.status()).as(reason).isZero();
        }
        assumeTrue(probe.status() == 0, reason);
        String page = pageSize();
        assumeTrue(page.equals("4096"), "the limits are those of pages of 4096 bytes, and this machine's have " + page);
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH"})
    void entrySize(MapKind kind) throws Exception {
        long most = kind.maxEntrySize();
        assertAccepted(create(kind, 4, most - 4, 1));
        assertTooBig(create(kind, 4, most - 3, 1));
        assertAccepted(create(kind, most - 1, 1, 1));
        assertTooBig(create(kind, most, 1, 1));
    }

    @Test
    void keySizeOfHashOfMaps() throws Exception {
        long most = MapKind.HASH_OF_MAPS.maxEntrySize() - 4;
        assertAccepted(create(MapKind.HASH_OF_MAPS, most, 4, 1));
        assertTooBig(create(MapKind.HASH_OF_MAPS, most + 1, 4, 1));
    }

    /** A map at the limit would take 2 GiB, so only the refusal is tried. */
    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH", "HASH_OF_MAPS"})
    void maxEntriesOfHashes(MapKind kind) throws Exception {
        assertTooBig(create(kind, 4, 4, kind.maxEntries() + 1));
    }

    /** A map at the limit would take 2 GiB and more, so only the refusal is tried. */
    @ParameterizedTest
    @EnumSource(names = {"SOCKHASH", "DEVMAP_HASH", "STACK_TRACE"})
    void maxEntriesOfMapsWithAHashTable(MapKind kind) throws Exception {
        int valueSize = kind == MapKind.DEVMAP_HASH ? 4 : 8;
        assertAccepted(create(kind, 4, valueSize, 1));
        assertThat(create(kind, 4, valueSize, kind.maxEntries() + 1).output()).containsAnyOf(E2BIG, "Invalid argument");
    }

    /** A map at the limit would take 2 GiB, so only the refusal is tried. */
    @Test
    void valueSizeOfArrays() throws Exception {
        assertTooBig(create(MapKind.ARRAY, 4, MapKind.ARRAY.maxValueSize() + 1, 1));
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH", "ARRAY", "HASH_OF_MAPS", "ARRAY_OF_MAPS"})
    void maxEntriesOfZero(MapKind kind) throws Exception {
        Result result = create(kind, 4, 4, 0);
        assertThat(result.status()).isNotZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"ARRAY", "ARRAY_OF_MAPS"})
    void keySizeOfArrays(MapKind kind) throws Exception {
        assertAccepted(create(kind, 4, 4, 1));
        assertThat(create(kind, 2, 4, 1).output()).contains("Invalid argument");
        assertThat(create(kind, 8, 4, 1).output()).contains("Invalid argument");
    }

    private static void assertAccepted(Result result) {
        assertThat(result.status()).as(result.output()).isZero();
    }

    private static void assertTooBig(Result result) {
        assertThat(result.status()).isNotZero();
        assertThat(result.output()).contains(E2BIG);
    }

    private static String pageSize() throws IOException {
        Process process = new ProcessBuilder("getconf", "PAGESIZE").start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private static Result create(MapKind kind, long keySize, long valueSize, long maxEntries)
            throws IOException, InterruptedException {
        String map = "bpftool map create /sys/fs/bpf/limit type " + kind.name().toLowerCase(Locale.ROOT) + " key "
                + keySize + " value " + valueSize + " entries " + maxEntries + " name limit";
        String command = kind.isMapOfMaps() ? CREATE_INNER + map + " inner_map pinned /sys/fs/bpf/inner" : map;
        Process process = new ProcessBuilder("unshare", "--mount", "sh", "-c", MOUNT + command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output.strip());
    }
}
