/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.lang.ref.Reference;
import java.util.Objects;
import jnr.ffi.Platform;
import org.junit.jupiter.api.Test;

/** Types and attributes of kernels that are newer than Nestmap are shown as numbers, and never ignored. */
@KernelTest
class KernelNewerMapsTest {
    /** {@code BPF_F_SEGV_ON_FAULT}, since Linux 6.9, for which Nestmap has no name. */
    private static final long SEGV_ON_FAULT = 1 << 17;

    /** The number of {@code bpf(2)}: {@code asm/unistd_64.h} of x86-64, and {@code asm-generic/unistd.h}. */
    private static final long SYS_BPF = Platform.getNativePlatform().getCPU() == Platform.CPU.X86_64 ? 321 : 280;

    private static final MapShape PLAIN = new MapShape("plain", MapKind.HASH, 4, 8, 1, 0);
    private static final MapShape OUTER = new MapShape("outer", MapKind.HASH_OF_MAPS, 4, 4, 2, 0);

    private final KernelMapFactory maps = new KernelMapFactory();

    @Test
    void rejectsAnUnknownTypeWithItsNumberAndAttributes() {
        MapInfo newer = new MapInfo(99, 7, 4, 8, 100, MapFlags.MMAPABLE | SEGV_ON_FAULT, 0, 0, 0, 0, "sets");

        assertBpfException(newer::kind)
                .hasMessage(
                        "use of map sets (id 7): the kernel's map type 99 (key_size 4, value_size 8, max_entries 100, map_flags"
                                + " BPF_F_MMAPABLE | 0x20000) is unknown to this version of Nestmap: update Nestmap");
    }

    @Test
    void showsFlagsWithoutANameAsNumbersAndComparesThem() {
        KernelAssumptions.assume(KernelFeature.ARENA);
        MapShape known = new MapShape("arena", MapKind.ARENA, 0, 0, 1, MapFlags.MMAPABLE);
        MapShape newer = new MapShape("arena", MapKind.ARENA, 0, 0, 1, MapFlags.MMAPABLE | SEGV_ON_FAULT);
        try (RawMap map = maps.create(newer, null)) {
            MapShape read = read(map);

            assertThat(read.flags()).isEqualTo(newer.flags());
            assertThat(MapFlags.expression(read.flags())).isEqualTo("BPF_F_MMAPABLE | 0x20000");
            assertThat(InnerMapCompatibility.difference(known, read))
                    .contains("flags BPF_F_MMAPABLE | 0x20000 instead of BPF_F_MMAPABLE");
        }
    }

    /** A map that only one program may use. The kernel lets user space read and write it, and mostly rejects it as an inner map. */
    @Test
    void readsAnExclusiveMapAndRejectsItAsAnInnerMap() {
        assumeTrue(
                KernelAssumptions.isAtLeast(System.getProperty("os.version"), "6.18"),
                "the kernel has no exclusive maps: they came with Linux 6.18");
        try (RawMap exclusive = KernelMap.owning(new Descriptor(createExclusive()), null);
                RawMap plain = maps.create(PLAIN, null);
                RawMap outer = maps.create(OUTER, plain)) {
            assertThat(read(exclusive).kind()).isEqualTo(MapKind.HASH);
            OffHeapBlock entry = OffHeapBlock.allocate(2 * Long.BYTES);
            assertThat(exclusive.update(entry, 0, Long.BYTES, RawMap.ANY)).isZero();
            assertThat(exclusive.lookup(entry, 0, Long.BYTES)).isZero();

            int result = outer.update(entry, 0, exclusive, RawMap.ANY);
            assumeTrue(
                    result != 0,
                    "this kernel accepts exclusive inner maps: Linux 6.18.15 to 7.0 do, 6.18.44 and 7.1 do not");
            assertThat(MapOperation.UPDATE.failed(OUTER, 0, result))
                    .hasMessageContaining(
                            "Linux 6.18.44, and every kernel since 7.1, rejects an inner map that is exclusive to one program");
            assertBpfException(() -> maps.create(OUTER, exclusive), "a map that is exclusive to one program");
        }
    }

    private MapShape read(RawMap map) {
        try (RawMap again = Objects.requireNonNull(maps.open(map.id()))) {
            return again.shape();
        }
    }

    /** Creates a map with {@code excl_prog_hash}, which libbpf 1.1 does not know. Returns its file descriptor or a negative errno. */
    private static int createExclusive() {
        OffHeapBlock hash = OffHeapBlock.allocate(32);
        OffHeapBlock attr = OffHeapBlock.allocate(96);
        attr.bytes().putInt(0, MapKind.HASH.number());
        attr.bytes().putInt(4, 4); // key_size
        attr.bytes().putInt(8, 8); // value_size
        attr.bytes().putInt(12, 1); // max_entries
        attr.bytes().putLong(80, hash.address()); // excl_prog_hash
        attr.bytes().putInt(88, 32); // excl_prog_hash_size
        try {
            long fd = NativeLibraries.libc().syscall(SYS_BPF, 0, attr.address(), 96);
            return fd < 0 ? -NativeLibraries.lastErrno() : (int) fd;
        } finally {
            Reference.reachabilityFence(hash);
            Reference.reachabilityFence(attr);
        }
    }
}
