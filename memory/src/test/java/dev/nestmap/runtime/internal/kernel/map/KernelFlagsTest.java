/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.annotations.MapFlag;
import dev.nestmap.lint.rules.KernelRules;
import dev.nestmap.lint.rules.RuleViolation;
import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.Pages;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that the rules reject exactly the flags that the running kernel rejects. */
@KernelTest
class KernelFlagsTest {
    private static final MapShape PROTOTYPE = new MapShape("inner", MapKind.HASH, 4, 8, 1, 0);

    private static final long[] EXTRAS = {
        0, 1, 15, 16, 4096, 4097, 0xffff_0000L, 0xffff_1000L, 1L << 44, (1L << 44) - 4096, 1L << 63, -4096, -(1L << 16)
    };
    private final MapFactory kernel = new KernelMapFactory();

    static Stream<MapKind> kinds() {
        return MapKind.where(kind -> kind != MapKind.STRUCT_OPS && kind != MapKind.INSN_ARRAY && !kind.holdsPrograms())
                .stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void flagsOfEveryType(MapKind kind) {
        KernelAssumptions.assume(kind);
        List<String> differences = new ArrayList<>();
        for (long flags : combinations()) {
            MapDef map = map(kind, flags | kind.requiredFlags(), 0);
            compare(map, differences);
        }

        assertThat(differences).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void mapExtraOfEveryType(MapKind kind) {
        KernelAssumptions.assume(kind);
        if (kind == MapKind.ARENA) {
            Pages.assumeSmallest();
        }
        List<String> differences = new ArrayList<>();
        for (long extra : EXTRAS) {
            compare(map(kind, kind.requiredFlags(), extra), differences);
        }

        assertThat(differences).isEmpty();
    }

    static Stream<MapKind> inMemory() {
        return MapKind.where(MapKind::isInMemory).stream();
    }

    /** Maps in memory reject the same flags. */
    @ParameterizedTest
    @MethodSource("inMemory")
    void flagsOfMapsInMemory(MapKind kind) {
        KernelAssumptions.assume(kind);
        MapFactory heap = new HeapMapFactory();
        List<String> differences = new ArrayList<>();
        for (long flags : combinations()) {
            MapShape shape = MapShape.of(map(kind, flags, 0));
            boolean inKernel = errno(kernel, shape) == 0;
            if (inKernel != (errno(heap, shape) == 0)) {
                differences.add(
                        MapFlags.expression(flags) + ": the kernel " + (inKernel ? "takes" : "refuses") + " it");
            }
        }

        assertThat(differences).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"SK_STORAGE", "INODE_STORAGE", "TASK_STORAGE", "CGRP_STORAGE"})
    void storagesHaveALimitAndNoMaxEntries(MapKind kind) {
        KernelAssumptions.assume(kind);
        List<String> differences = new ArrayList<>();
        for (int size : new int[] {1, 65_407, 65_408}) {
            compare(storage(kind, size, 0), differences);
        }
        compare(storage(kind, 8, 1), differences);

        assertThat(differences).isEmpty();
        MapDef tooLarge = storage(kind, 65_408, 0);
        assertThat(errno(kernel.of(tooLarge), MapShape.of(tooLarge))).isEqualTo(ErrnoNumbers.E2BIG);
        assertBpfException(
                () -> kernel.create(MapShape.of(storage(kind, 8, 0)), null), "needs BTF types for a " + kind);
    }

    private static MapDef storage(MapKind kind, int valueSize, long maxEntries) {
        CType value = new OpaqueType(valueSize, 1, "value");
        return new MapDef("m", MapRole.PLAIN, kind, maxEntries, kind.requiredFlags(), Scalar.S32, value, null);
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH", "ARRAY"})
    void theKernelReportsTheCreatedShape(MapKind kind) {
        MapShape shape = new MapShape("m", kind, 4, 8, 16, MapFlags.NUMA_NODE | MapFlags.RDONLY_PROG);
        try (RawMap map = kernel.create(shape, null)) {
            assertThat(map.shape()).isEqualTo(shape);
        }
        MapShape farAway = new MapShape("m", kind, 4, 8, 16, MapFlags.NUMA_NODE, 0, 1 << 20, List.of());
        assertBpfException(() -> kernel.create(farAway, null)).hasErrno(Errno.EINVAL);
    }

    private void compare(MapDef map, List<String> differences) {
        KernelFeature feature = KernelFeature.of(map.kind(), map.flags());
        if (feature != null && !feature.isPresent()) {
            return; // the rules are those of newer kernels
        }
        List<RuleViolation> findings = violations(map);
        int errno = errno(kernel.of(map), MapShape.of(map));
        if (findings.isEmpty() != (errno == 0)) {
            differences.add(map.kind() + " with " + MapFlags.expression(map.flags()) + ", extra " + map.extra()
                    + ": the kernel says " + errno + ", the rules " + findings);
        }
    }

    static List<RuleViolation> violations(MapDef map) {
        return KernelRules.check(new Schema("", "h", List.of(), List.of(), List.of(map)));
    }

    static int errno(MapFactory factory, MapShape shape) {
        RawMap prototype = shape.kind().isMapOfMaps() ? factory.create(PROTOTYPE, null) : null;
        try {
            factory.create(shape, prototype).close();
            return 0;
        } catch (BpfException e) {
            return e.errnoNumber();
        } finally {
            if (prototype != null) {
                prototype.close();
            }
        }
    }

    /** No flag, each single flag, and each pair. */
    private static List<Long> combinations() {
        List<Long> bits =
                new ArrayList<>(List.of(0L, MapFlags.NUMA_NODE, MapFlags.SEGV_ON_FAULT, MapFlags.NO_USER_CONV));
        for (MapFlag flag : MapFlag.values()) {
            bits.add(MapFlags.of(flag));
        }
        return bits.stream()
                .flatMap(one -> bits.stream().map(other -> one | other))
                .distinct()
                .toList();
    }

    private static MapDef map(MapKind kind, long flags, long extra) {
        boolean outer = kind.isMapOfMaps();
        return new MapDef(
                        "m",
                        outer ? MapRole.OUTER : MapRole.PLAIN,
                        kind,
                        kind.isRing() ? 4096 : kind.isSized() ? 16 : 0,
                        flags,
                        key(kind),
                        outer ? null : value(kind),
                        outer ? "inner" : null)
                .withExtra(extra);
    }

    private static @Nullable CType key(MapKind kind) {
        return switch (kind.keyRule()) {
            case NONE -> null;
            case INDEX, NUMBER -> new OpaqueType(4, 4, "index");
            case OWNER -> Scalar.S32;
            case CGROUP -> Scalar.U64;
            case ANY, PREFIX -> new OpaqueType(8, 4, "key");
        };
    }

    private static @Nullable CType value(MapKind kind) {
        if (kind.isRing() || !kind.hasEntries()) {
            return null;
        }
        // A STACK_TRACE takes 32 bytes with each of its flags: addresses, or a build id with an offset.
        int size = kind == MapKind.STACK_TRACE ? 32 : kind.valueSizes(0).contains(8) ? 8 : 4;
        return new OpaqueType(size, Math.min(size, 8), "value");
    }
}
