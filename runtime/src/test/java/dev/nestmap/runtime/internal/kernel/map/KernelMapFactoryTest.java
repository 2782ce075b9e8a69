/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.Scalar;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A map is created with the requested shape, or the refusal explained. */
@KernelTest
@Tag("both-jdks")
class KernelMapFactoryTest {
    private static final long BPF_F_NO_PREALLOC = 1;

    private final KernelMapFactory maps = new KernelMapFactory();

    @Test
    void aCreatedMapHasTheRequestedShape() {
        MapShape shape = new MapShape("a_name_longer_than_15", MapKind.HASH, 12, 20, 1234, BPF_F_NO_PREALLOC);

        RawMap map = maps.create(shape, null);

        assertThat(map.shape()).isEqualTo(shape);
        assertThat(map.id()).isPositive();
        map.close();
    }

    @Test
    void opensAMapByItsId() {
        MapShape shape = new MapShape("counts", MapKind.ARRAY, 4, 8, 3, 0);
        RawMap map = maps.create(shape, null);

        RawMap found = Objects.requireNonNull(maps.open(map.id()));

        assertThat(found.id()).isEqualTo(map.id());
        assertThat(found.shape()).isEqualTo(shape);
        map.close();
        assertThat(found.nextKey(OffHeapBlock.allocate(8), -1, 4)).isZero();
        found.close();
    }

    /** Otherwise each inner map would have BTF of its own, which the kernel keeps as long as the map. */
    @Test
    void mapsWithoutAnObjectShareTheirBtf() {
        KernelMapFactory described = (KernelMapFactory)
                maps.of(new MapDef("counts", MapRole.INNER, MapKind.HASH, 4, 0, Scalar.U32, Scalar.U64, null));
        MapShape shape = new MapShape("counts", MapKind.HASH, 4, 8, 4, 0);
        try (RawMap one = described.create(shape, null);
                RawMap other = described.create(shape, null)) {
            MapInfo first = MapInfo.of(KernelMap.of(one).fd());
            MapInfo second = MapInfo.of(KernelMap.of(other).fd());

            assertThat(first.valueTypeId()).isPositive();
            assertThat(second.btfId()).isEqualTo(first.btfId());
            assertThat(second.valueTypeId()).isEqualTo(first.valueTypeId());
        }
    }

    @Test
    void openingAnOldIdReturnsNull() {
        assertThat(maps.open(Integer.MAX_VALUE)).isNull();
    }

    /** Invalid shapes and their messages. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            HASH                | 4 | 8     | 0    | 0      | EINVAL (22): a map of type HASH needs keys of 1 byte or more,
            HASH                | 4 | 1073741824 | 1 | 0    | E2BIG (7)
            LPM_TRIE            | 8 | 8     | 1    | 0      | EINVAL (22): a map of type LPM_TRIE needs keys of 5 to 260 bytes
            LPM_TRIE            | 4 | 8     | 1    | 1      | EINVAL (22): a map of type LPM_TRIE needs keys of 5 to 260 bytes
            RINGBUF             | 0 | 0     | 5000 | 0      | EINVAL (22): a RINGBUF has no keys and no values. Its max_entries (5000)
            QUEUE               | 4 | 8     | 1    | 0      | EINVAL (22): a map of type QUEUE needs no keys
            BLOOM_FILTER        | 4 | 8     | 1    | 0      | EINVAL (22): a map of type BLOOM_FILTER needs no keys
            STACK_TRACE         | 4 | 9     | 1    | 0      | EINVAL (22): a map of type STACK_TRACE needs keys of 4 bytes, values of 8, 16, ... or 1016 bytes
            REUSEPORT_SOCKARRAY | 4 | 5     | 1    | 0      | EINVAL (22): a map of type REUSEPORT_SOCKARRAY needs keys of 4 bytes, values of 4 or 8 bytes
            SOCKMAP             | 4 | 5     | 1    | 0      | EINVAL (22): a map of type SOCKMAP needs keys of 4 bytes, values of 4 or 8 bytes
            ARENA               | 0 | 0     | 1    | 0      | EINVAL (22): an ARENA has no keys
            TASK_STORAGE        | 4 | 8     | 0    | 1      | the kernel needs BTF types for a TASK_STORAGE
            LRU_HASH            | 4 | 8     | 1    | 1      | ENOTSUPP (524): LRU_HASH always allocates its entries in advance
            PERCPU_ARRAY        | 4 | 40000 | 1    | 0      | E2BIG (7): a value of a PERCPU_ARRAY
            PERCPU_ARRAY        | 4 | 8     | 1    | 0x1000 | EINVAL (22): a map of type PERCPU_ARRAY needs keys of 4 bytes
            ARRAY               | 8 | 8     | 1    | 0      | EINVAL (22): a map of type ARRAY needs keys of 4 bytes
            """)
    void aRejectedMapExplainsWhatItsTypeNeeds(
            MapKind kind, int keySize, int valueSize, long maxEntries, String flags, String why) {
        MapShape shape = new MapShape("wrong", kind, keySize, valueSize, maxEntries, Long.decode(flags));

        assertThatThrownBy(() -> maps.create(shape, null)).hasMessageStartingWith("creation of map wrong: " + why);
    }

    @Test
    void aRejectedOuterMapExplainsWhatItNeeds() {
        RawMap prototype = maps.create(new MapShape("inner", MapKind.HASH, 4, 8, 1, 0), null);

        assertThatThrownBy(() -> maps.create(new MapShape("outer", MapKind.ARRAY_OF_MAPS, 8, 4, 1, 0), prototype))
                .hasMessageContaining("a map of type ARRAY_OF_MAPS needs keys of 4 bytes, values of 4 bytes");
        assertThatThrownBy(() -> maps.create(new MapShape("outer", MapKind.HASH_OF_MAPS, 4, 8, 1, 0), prototype))
                .hasMessageContaining("a map of type HASH_OF_MAPS needs keys of 1 byte or more, values of 4");
        prototype.close();
    }

    @Test
    void typesThatCanNotBeInnerMapsAreRejected() {
        RawMap programs = maps.create(new MapShape("programs", MapKind.PROG_ARRAY, 4, 4, 1, 0), null);
        MapShape outer = new MapShape("outer", MapKind.HASH_OF_MAPS, 4, 4, 1, 0);

        assertBpfException(() -> maps.create(outer, programs), "can't be in an outer map")
                .isOf("creation")
                .onMap("outer")
                .hasErrno(Errno.ENOTSUPP);
        programs.close();
        assertBpfException(() -> maps.create(outer, programs)).hasErrno(Errno.EBADF);
    }

    @Test
    void explainsWhyTheNumberOfCpusIsUnknown() {
        assertBpfException(() -> KernelMapFactory.readCpus(Path.of("/sys/missing")), "mount sysfs at /sys")
                .isOf("reading of the possible CPUs");
    }

    @Test
    void impossibleArgumentsNeverReachTheKernel() {
        MapShape outer = new MapShape("outer", MapKind.HASH_OF_MAPS, 4, 4, 1, 0);
        MapShape hash = new MapShape("counts", MapKind.HASH, 4, 8, 1, 1L << 32);

        assertInvalid(() -> new MapShape("counts", MapKind.HASH, 4, 8, 1L << 32, 0), "max_entries is 4294967296");
        assertInvalid(() -> maps.create(hash, null), "flags is 4294967296");
        assertInvalid(() -> maps.create(outer, null))
                .hasMessage("map outer, a HASH_OF_MAPS, needs a prototype of inner maps");
    }
}
