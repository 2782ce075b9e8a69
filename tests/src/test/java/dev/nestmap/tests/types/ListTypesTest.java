/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.CodecBytes;
import dev.nestmap.tests.types.ListTypes.Hits;
import dev.nestmap.tests.types.ListTypes.Route;
import dev.nestmap.tests.types.ListTypes.Table;
import dev.nestmap.tests.types.ListTypes.Target;
import dev.nestmap.types.IntList;
import dev.nestmap.types.LongList;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists are immutable values with the bytes of a C array. */
class ListTypesTest {
    private static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());

    private static final Table TABLE = new Table(
            7,
            new IntList[] {IntList.of(1, 65535), IntList.of(2, 3), IntList.of(4, 5)},
            new IntList[][] {{IntList.of(6, 7, 8), IntList.of(443, 10, 11)}},
            LongList.of(-1, 12));

    @TempDir
    Path directory;

    @Test
    void listsCompareByTheirElements() {
        assertThat(IntList.of(443, -1)).isEqualTo(IntList.of(443, -1)).isNotEqualTo(IntList.of(-1, 443));
        assertThat(LongList.of(443, -1)).isEqualTo(LongList.of(443, -1)).isNotEqualTo(LongList.of(443));
        assertThat(IntList.of(1, 2)).hasSameHashCodeAs(IntList.of(1, 2)).hasToString("[1, 2]");
        assertThat(LongList.of(1, 2)).hasSameHashCodeAs(LongList.of(1, 2)).hasToString("[1, 2]");
    }

    @Test
    void listsAreImmutable() {
        int[] ints = {1, 2};
        long[] longs = {1, 2};
        IntList intList = IntList.of(ints);
        LongList longList = LongList.of(longs);
        ints[0] = longList.size() + 5;
        longs[0] = 7;
        intList.toArray()[1] = 7;
        longList.toArray()[1] = 7;

        assertThat(intList.stream()).containsExactly(1, 2);
        assertThat(longList.stream()).containsExactly(1L, 2L);
        assertThat(intList.get(1) + longList.get(1)).isEqualTo(4);
    }

    @Test
    void listsOfAnotherSizeAreRejected() {
        try (ListTypesBpf types = ListTypesBpf.inMemory()) {
            assertThrown(
                    IllegalArgumentException.class, () -> types.group().getOrCreate(LongList.of(1, 2, 3)), "Group.id");
            ListTypesBpf.HitsMap hits = types.group().getOrCreate(LongList.of(1, 2));
            assertThatThrownBy(() -> hits.put(new Hits(route(0, new Target.Ports(IntList.of(1, 65536))), 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("65536");
        }
    }

    @Test
    void readsArraysOfListsAsWritten() {
        try (ListTypesBpf types = ListTypesBpf.inMemory()) {
            types.table().put(TABLE);

            assertThat(types.table().get(7)).usingRecursiveComparison().isEqualTo(TABLE);
        }
    }

    @Test
    @SuppressWarnings("NullAway") // on purpose
    void errorNamesTheComponentThatIsNull() {
        Table table = new Table(7, TABLE.ports(), TABLE.cube(), null);
        IntList[] ports = {IntList.of(1, 2), null, IntList.of(3, 4)};

        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodecBytes.ofValue(ListTypesBpf.TableMap.CODEC, table))
                .withMessageStartingWith("Table.plain is null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodecBytes.ofValue(
                        ListTypesBpf.TableMap.CODEC, new Table(7, ports, TABLE.cube(), TABLE.plain())))
                .withMessageStartingWith("Table.ports[1] is null");
    }

    @KernelTest
    void kernelMapsReturnEqualKeys() {
        try (ListTypesBpf.GroupMap.Owned groups = ListTypesBpf.GROUP_MAP.create()) {
            assertKeysComeBack(groups);
        }
    }

    /** A key that was read finds the entry that was written. */
    private static void assertKeysComeBack(ListTypesBpf.GroupMap groups) {
        Random random = new Random(SEED);
        LongList id = LongList.of(-1, Long.MIN_VALUE);
        ListTypesBpf.HitsMap hits = groups.getOrCreate(id);
        Map<Route, Long> written = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            written.put(random(random), (long) i);
        }
        written.forEach((route, count) -> hits.put(new Hits(route, count)));

        Map<Route, Long> read = new HashMap<>();
        hits.forEach(entry -> read.put(entry.route(), entry.count()));
        assertThat(read).as("seed %d", SEED).isEqualTo(written);
        Route some = written.keySet().iterator().next();
        assertThat(groups.get(id, some)).isEqualTo(new Hits(some, written.getOrDefault(some, -1L)));
    }

    private static Route random(Random random) {
        return random.nextBoolean()
                ? route(0, new Target.Ports(IntList.of(random.nextInt(1 << 16), random.nextInt(1 << 16))))
                : route(1, new Target.Ids(LongList.of(random.nextLong() >>> 32, 1, random.nextLong() >>> 32)));
    }

    private static Route route(int kind, Target target) {
        return new Route(
                kind,
                ListTypesBpf.TargetUnion.of(target),
                IntList.of(-1, Short.MIN_VALUE, 7),
                IntList.of(Integer.MIN_VALUE, 3));
    }
}
