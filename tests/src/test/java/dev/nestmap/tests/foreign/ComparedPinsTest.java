/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.plan.UpgradePlan;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code nestmap compare} says about maps that an object pins by name is what a load of the new version does. */
@KernelTest
class ComparedPinsTest extends PinningTest {
    private static final String SWAPPED = "-DFIELDS=__u64 bytes; __u64 packets;";
    private static final String RENAMED = "-DFIELDS=__u64 packets; __u64 octets;";
    private static final String BY_SIZE = "-DVALUE=__uint(value_size, sizeof(struct TAG))";
    private static final String KEY_BY_SIZE = "-DKEY=__uint(key_size, 4)";
    private static final String PLAIN = "-DPLAIN";
    private static final String ARRAYS = "-DINNER=BPF_MAP_TYPE_ARRAY";

    /** The key of an inner map, in each type of keys. */
    private static final byte[] SLOT = {0, 0, 0, 0};

    private static Arguments change(boolean isCompatible, boolean isRejected, List<String> before, List<String> after) {
        return Arguments.of(isCompatible, isRejected, before, after);
    }

    static Stream<Arguments> changes() {
        List<String> first = List.of();
        return Stream.of(
                // outer maps, which no fingerprint protects
                change(false, false, List.of(BY_SIZE, KEY_BY_SIZE), first),
                change(false, false, first, List.of(BY_SIZE, KEY_BY_SIZE)),
                change(false, false, first, List.of(RENAMED)),
                change(true, false, first, List.of("-DTAG=traffic")),
                change(true, false, first, List.of("-DENTRIES=9")),
                change(false, true, first, List.of(SWAPPED)),
                change(false, true, first, List.of("-DFIELDS=__u64 packets; __u64 bytes; __u64 drops;")),
                change(false, true, first, List.of("-DFIELDS=__u64 packets;")),
                change(false, true, first, List.of("-DKEY=__type(key, __u64)")),
                change(false, true, first, List.of("-DFLAGS=BPF_F_NO_PREALLOC")),
                change(false, true, first, List.of("-DINNER=BPF_MAP_TYPE_LRU_HASH")),
                change(false, true, List.of(ARRAYS), List.of(ARRAYS, "-DENTRIES=9")),
                change(false, false, List.of(ARRAYS), List.of(ARRAYS, "-DKEY=__type(key, __s32)")),
                change(false, true, first, List.of("-DOUTER_ENTRIES=5")),
                change(false, true, first, List.of("-DOUTER=BPF_MAP_TYPE_ARRAY_OF_MAPS")),
                change(false, true, first, List.of("-DOUTER_KEY=__u64")),
                change(false, false, first, List.of("-DOUTER_KEY=__s32")), // misread
                change(true, false, List.of(BY_SIZE), List.of(BY_SIZE, SWAPPED)),
                change(true, false, List.of(BY_SIZE), List.of(BY_SIZE, RENAMED)),
                // plain maps
                change(false, false, List.of(PLAIN, BY_SIZE, KEY_BY_SIZE), List.of(PLAIN)),
                change(false, false, List.of(PLAIN), List.of(PLAIN, RENAMED)),
                change(false, true, List.of(PLAIN), List.of(PLAIN, SWAPPED)),
                change(true, false, List.of(PLAIN, BY_SIZE), List.of(PLAIN, BY_SIZE, SWAPPED)),
                change(
                        true,
                        false,
                        List.of(PLAIN, "-DVALUE=__uint(value_size, 4 * sizeof(struct TAG))"),
                        List.of(PLAIN, "-DVALUE=__uint(value_size, 4 * sizeof(struct TAG))", SWAPPED)),
                change(
                        true,
                        false,
                        List.of(PLAIN, "-DKEY=__uint(key_size, sizeof(struct TAG))", "-DVALUE=__type(value, __u64)"),
                        List.of(
                                PLAIN,
                                "-DKEY=__uint(key_size, sizeof(struct TAG))",
                                "-DVALUE=__type(value, __u64)",
                                SWAPPED)),
                change(false, true, List.of(PLAIN, BY_SIZE), List.of(PLAIN, BY_SIZE, "-DFIELDS=__u64 packets;")),
                // streams
                change(true, false, List.of("-DRING"), List.of("-DRING", SWAPPED)),
                change(true, false, List.of("-DRING"), List.of("-DRING", RENAMED)));
    }

    /** A load compares only what it would misread. The plan also sees what a name or a type that appears may mean. */
    @ParameterizedTest(name = "{0}: {2} to {3}")
    @MethodSource("changes")
    void compareSaysAtLeastWhatALoadDoes(
            boolean isCompatible, boolean isRejected, List<String> before, List<String> after) throws IOException {
        Path old = object(before);
        Path current = object(after);
        UpgradePlan plan = UpgradePlan.of(schema(old), schema(current));
        assertThat(plan.maps().stream().allMatch(MapPlan::isCompatible))
                .as("%s", plan.maps())
                .isEqualTo(isCompatible);

        try (LoadedObject object = Nestmap.open(old).pins(pins).load()) {
            if (schema(old).map("first").isPresent()) {
                RawSlots.put(
                        UntypedMap.of(object, "pinned").id(),
                        SLOT,
                        UntypedMap.of(object, "first").id());
            }
        }
        if (isRejected) {
            assertBpfException(() -> Nestmap.open(current).pins(pins).load().close(), "map pinned");
        } else {
            Nestmap.open(current).pins(pins).load().close();
        }
    }

    private static Path object(List<String> options) {
        return BpfObjects.of("compared", options.toArray(String[]::new));
    }

    private static Schema schema(Path object) throws IOException {
        return ObjectFile.parse(object.toString(), Files.readAllBytes(object)).schema();
    }
}
