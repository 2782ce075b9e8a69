/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests which properties of an inner map must equal those of the outer map's prototype. The commit that introduced maps
 * of maps (56f668df) compares type, key_size, value_size, map_flags and max_entries. Since Linux 5.10, max_entries must
 * be equal only for map types whose size programs are verified against. Nestmap predicts the result, and asks the kernel
 * about each difference that it may accept.
 */
@KernelTest
class KernelInnerMapEqualityTest {
    private static final MapShape HASH = hash(4, 8, 16, 0);
    private static final MapShape ARRAY = new MapShape("inner", MapKind.ARRAY, 4, 8, 16, 0);
    private static final MapShape RESIZABLE = ARRAY.withFlags(MapFlags.INNER_MAP);

    /**
     * The prototype of the outer map and the map to insert.
     *
     * @param words what Nestmap says about the difference; empty if the map fits
     */
    record Case(MapShape declared, MapShape other, String words) {}

    static Stream<Case> cases() {
        MapShape lru = new MapShape("inner", MapKind.LRU_HASH, 4, 8, 16, 0);
        MapShape xsk = new MapShape("inner", MapKind.XSKMAP, 4, 4, 16, 0);
        String length =
                " (the verifier checks indices against the declared length: to let lengths differ, declare the inner map"
                        + " with BPF_F_INNER_MAP)";
        return Stream.of(
                new Case(HASH, HASH, ""),
                new Case(HASH, HASH.withName("other"), ""),
                new Case(HASH, lru, "type LRU_HASH instead of HASH"),
                new Case(HASH, hash(8, 8, 16, 0), "key size 8 instead of 4"),
                new Case(HASH, hash(4, 16, 16, 0), "value size 16 instead of 8"),
                new Case(HASH, hash(4, 9, 16, 0), "value size 9 instead of 8"),
                new Case(HASH, HASH.withFlags(MapFlags.NO_PREALLOC), "flags BPF_F_NO_PREALLOC instead of 0"),
                new Case(HASH.withFlags(MapFlags.NO_PREALLOC), HASH, "flags 0 instead of BPF_F_NO_PREALLOC"),
                new Case(HASH.withFlags(MapFlags.NO_PREALLOC), hash(4, 8, 17, MapFlags.NO_PREALLOC), ""),
                new Case(HASH, HASH.withFlags(MapFlags.RDONLY_PROG), "flags BPF_F_RDONLY_PROG instead of 0"),
                new Case(HASH, HASH.withFlags(MapFlags.RDONLY), ""),
                new Case(HASH, HASH.withMaxEntries(17), ""),
                new Case(lru, lru.withMaxEntries(32), ""),
                new Case(ARRAY, ARRAY.withMaxEntries(17), "max_entries 17 instead of 16" + length),
                new Case(ARRAY, ARRAY.withMaxEntries(15), "max_entries 15 instead of 16" + length),
                new Case(RESIZABLE, RESIZABLE.withMaxEntries(17), ""),
                new Case(ARRAY, RESIZABLE, "flags BPF_F_INNER_MAP instead of 0"),
                new Case(RESIZABLE, ARRAY, "flags 0 instead of BPF_F_INNER_MAP"),
                new Case(
                        xsk,
                        xsk.withMaxEntries(17),
                        "max_entries 17 instead of 16 (the kernel only accepts a XSKMAP of the declared length)"),
                new Case(
                        HASH,
                        new MapShape("inner", MapKind.LRU_HASH, 8, 9, 16, 0),
                        "type LRU_HASH instead of HASH, key size 8 instead of 4, value size 9 instead of 8"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nestmapPredictsWhatTheKernelAccepts(Case tried) {
        for (MapKind outer : List.of(MapKind.ARRAY_OF_MAPS, MapKind.HASH_OF_MAPS)) {
            assertThat(put(outer, tried))
                    .as("accepted by the kernel, in %s", outer)
                    .isEqualTo(tried.words().isEmpty() ? 0 : -ErrnoNumbers.EINVAL);
        }
        assertThat(InnerMapCompatibility.difference(tried.declared(), tried.other())
                        .orElse(""))
                .as("predicted by Nestmap")
                .isEqualTo(tried.words());
    }

    private static int put(MapKind kind, Case tried) {
        KernelMapFactory maps = new KernelMapFactory();
        try (RawMap prototype = maps.create(tried.declared(), null);
                RawMap outer = maps.create(new MapShape("outer", kind, 4, 4, 1, 0), prototype);
                RawMap other = maps.create(tried.other(), null)) {
            return outer.update(OffHeapBlock.allocate(Integer.BYTES), 0, other, 0);
        }
    }

    private static MapShape hash(int keySize, int valueSize, long maxEntries, long flags) {
        return new MapShape("inner", MapKind.HASH, keySize, valueSize, maxEntries, flags);
    }

    /**
     * Each type with its key size, value size and flags. PERCPU_ARRAY is left out: kernels before 7.1 take one of another
     * length, though they read past its end.
     */
    @ParameterizedTest
    @CsvSource({
        "HASH, 4, 8, 0",
        "HASH, 4, 8, 1",
        "ARRAY, 4, 8, 0",
        "ARRAY, 4, 8, 0x1000",
        "PERF_EVENT_ARRAY, 4, 4, 0",
        "PERCPU_HASH, 4, 8, 0",
        "STACK_TRACE, 4, 8, 0",
        "CGROUP_ARRAY, 4, 4, 0",
        "LRU_HASH, 4, 8, 0",
        "LRU_PERCPU_HASH, 4, 8, 0",
        "LPM_TRIE, 8, 8, 1",
        "DEVMAP, 4, 4, 0",
        "DEVMAP_HASH, 4, 8, 0",
        "SOCKMAP, 4, 4, 0",
        "SOCKHASH, 4, 4, 0",
        "CPUMAP, 4, 4, 0",
        "XSKMAP, 4, 4, 0",
        "REUSEPORT_SOCKARRAY, 4, 8, 0",
        "QUEUE, 0, 8, 0",
        "STACK, 0, 8, 0",
        "RINGBUF, 0, 0, 0",
        "USER_RINGBUF, 0, 0, 0"
    })
    void rejectsAnotherLengthIfTheKernelDoes(MapKind kind, int keySize, int valueSize, String flags) {
        int length = keySize + valueSize == 0 ? 4096 : 1; // a ring buffer consists of whole pages
        MapShape declared = new MapShape("inner", kind, keySize, valueSize, length, Long.decode(flags));
        OffHeapBlock key = OffHeapBlock.allocate(4);
        try (RawMap prototype = new KernelMapFactory().create(declared, null);
                RawMap outer = new KernelMapFactory()
                        .create(new MapShape("outer", MapKind.HASH_OF_MAPS, 4, 4, 1, 0), prototype);
                RawMap longer = new KernelMapFactory().create(declared.withMaxEntries(2L * length), null)) {
            assertThat(outer.update(key, 0, longer, 0))
                    .isEqualTo(
                            InnerMapCompatibility.difference(declared, longer.shape())
                                            .isPresent()
                                    ? -ErrnoNumbers.EINVAL
                                    : 0);
            assertThat(InnerMapCompatibility.difference(declared, prototype.shape()))
                    .isEmpty();
            assertThat(outer.update(key, 0, prototype, 0)).isZero();
        }
    }
}
