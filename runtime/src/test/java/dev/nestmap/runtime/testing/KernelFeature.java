/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.KernelMaps;
import dev.nestmap.runtime.internal.kernel.PerfEventProbe;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.KernelType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * What newer kernels can and older ones can't. Whether this one can is found out by trying, once; its version says only whether
 * it should, so that a test is not skipped where it ought to run.
 */
public enum KernelFeature {
    /** Perf events that say how many were lost ("perf: Add PERF_FORMAT_LOST read_format"). */
    COUNTED_LOSSES(6, 0) {
        @Override
        boolean probe() {
            return PerfEventProbe.countsLosses();
        }
    },

    /** Inner maps with a lock in their values ("bpf: Allow locking bpf_spin_lock in inner map values"). */
    LOCKS_IN_INNER_MAPS(6, 2) {
        @Override
        boolean probe() {
            MapDef locked = managed(MapKind.HASH, KernelType.SPIN_LOCK);
            RawMap prototype = new KernelMaps().of(locked).create(MapShape.of(locked), null);
            try {
                return canCreate(new KernelMaps(), OUTER, prototype);
            } finally {
                prototype.close();
            }
        }
    },

    /** One grace period for a batch of updates of an outer map ("bpf: Call maybe_wait_bpf_programs() only once"). */
    SHARED_GRACE_PERIODS(6, 8) {
        // The same series took the wait away from lookups, where it is easier to see.
        @Override
        boolean probe() {
            KernelMaps maps = new KernelMaps();
            RawMap prototype = maps.create(new MapShape("probe", MapKind.HASH, 4, 8, 1, 0), null);
            RawMap outer = maps.create(OUTER, prototype);
            try {
                return IntStream.range(0, LOOKUPS).anyMatch(i -> answersAtOnce(outer));
            } finally {
                outer.close();
                prototype.close();
            }
        }
    },

    /** Maps of the type CGRP_STORAGE. */
    CGRP_STORAGE(6, 2) {
        @Override
        boolean probe() {
            long flags = MapKind.CGRP_STORAGE.requiredFlags();
            MapDef plain =
                    new MapDef("probe", MapRole.PLAIN, MapKind.CGRP_STORAGE, 0, flags, Scalar.S32, Scalar.U64, null);
            return canCreate(new KernelMaps().of(plain), MapShape.of(plain), null);
        }
    },

    /** Maps of the type ARENA. */
    ARENA(6, 9) {
        @Override
        boolean probe() {
            long flags = MapKind.ARENA.requiredFlags();
            return canCreate(new KernelMaps(), new MapShape("probe", MapKind.ARENA, 0, 0, 1, flags), null);
        }
    },

    /** {@code bpf_task_work} in values. Kernels that don't know it take it for plain bytes, which each CPU may have of its own. */
    TASK_WORK(6, 18) {
        @Override
        boolean probe() {
            MapDef perCpu = managed(MapKind.PERCPU_HASH, KernelType.TASK_WORK);
            return !canCreate(new KernelMaps().of(perCpu), MapShape.of(perCpu), null);
        }
    };

    private static final MapShape OUTER = new MapShape("probe", MapKind.HASH_OF_MAPS, 4, 4, 1, 0);
    private static final int LOOKUPS = 20;
    private static final long WAITING_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Map<KernelFeature, Boolean> FOUND = new ConcurrentHashMap<>();

    private final int major;
    private final int minor;

    KernelFeature(int major, int minor) {
        this.major = major;
        this.minor = minor;
    }

    abstract boolean probe();

    /** Whether this kernel has it. */
    public boolean isThere() {
        return FOUND.computeIfAbsent(this, KernelFeature::probe);
    }

    /** Skips the test that calls this on a kernel that is too old, and fails it on one that should have the feature. */
    public void assume() {
        assume(isThere(), System.getProperty("os.version"));
    }

    void assume(boolean isThere, String running) {
        if (isThere) {
            return;
        }
        String lacking = "Linux " + running + " has no " + this + ", which came with " + major + "." + minor;
        if (isAtLeast(running)) {
            throw new AssertionError(lacking);
        }
        Assumptions.abort(lacking);
    }

    private boolean isAtLeast(String version) {
        List<String> parts = List.of(version.split("[.+-]", 3));
        int runningMajor = Integer.parseInt(parts.get(0));
        return runningMajor > major || (runningMajor == major && Integer.parseInt(parts.get(1)) >= minor);
    }

    private static boolean answersAtOnce(RawMap outer) {
        int idAt = Alignment.align(Integer.BYTES);
        long start = System.nanoTime();
        outer.lookup(Block.allocate(idAt + Integer.BYTES), 0, idAt);
        return System.nanoTime() - start < WAITING_NANOS;
    }

    private static boolean canCreate(MapFactory maps, MapShape shape, @Nullable RawMap prototype) {
        try {
            maps.create(shape, prototype).close();
            return true;
        } catch (BpfException e) {
            return false;
        }
    }

    private static MapDef managed(MapKind kind, KernelType type) {
        StructType value = StructType.of(
                "s", List.of(new StructType.Member("count", Scalar.U64), new StructType.Member("managed", type)));
        return new MapDef("probe", MapRole.PLAIN, kind, 1, 0, Scalar.U32, value, null);
    }
}
