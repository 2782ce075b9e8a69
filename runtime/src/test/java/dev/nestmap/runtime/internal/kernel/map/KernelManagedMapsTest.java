/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.lint.rules.KernelRules;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NoFdLeaks;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The kernel manages fields of values in maps that Nestmap creates with BTF, and Nestmap refuses what the kernel refuses. */
@KernelTest
@ExtendWith(NoFdLeaks.class)
class KernelManagedMapsTest {
    private static final List<MapKind> KINDS = List.of(
            MapKind.HASH,
            MapKind.ARRAY,
            MapKind.LRU_HASH,
            MapKind.PERCPU_HASH,
            MapKind.PERCPU_ARRAY,
            MapKind.LRU_PERCPU_HASH,
            MapKind.BLOOM_FILTER);
    private static final PointerType TASK = new PointerType("struct task_struct", PointerType.Kind.KPTR);
    private static final MapDef LOCKED = map(MapKind.HASH, 0, struct(ManagedFieldType.SPIN_LOCK));

    /** Compares the table of kernel-managed fields, and the rules for them, with the running kernel. */
    @Test
    void theRulesAgreeWithTheKernel() {
        KernelAssumptions.assume(KernelFeature.TASK_WORK); // the newest field
        List<CType> types = List.of(
                ManagedFieldType.SPIN_LOCK,
                ManagedFieldType.TIMER,
                ManagedFieldType.WORK_QUEUE,
                ManagedFieldType.TASK_WORK,
                new PointerType("struct task_struct"));
        List<MapDef> maps = new ArrayList<>();
        for (CType type : types) {
            KINDS.forEach(kind -> maps.add(map(kind, 0, struct(type))));
        }
        maps.add(map(MapKind.HASH, MapFlags.RDONLY_PROG, struct(ManagedFieldType.SPIN_LOCK)));
        maps.add(map(MapKind.ARRAY, MapFlags.WRONLY_PROG, struct(TASK)));
        maps.add(map(MapKind.HASH, 0, unaligned()));
        List<String> differences = new ArrayList<>();
        for (MapDef map : maps) {
            int errno = errno(map);
            boolean refused = !KernelRules.check(new Schema("", "h", List.of(), List.of(), List.of(map)))
                    .isEmpty();
            if (errno == 0 == refused) {
                differences.add(map + ": errno " + errno + ", and the rules " + (refused ? "refuse it" : "take it"));
            }
        }

        assertThat(differences).isEmpty();
    }

    @Test
    void theKernelUsesTheLock() {
        RawMap map = new KernelMapFactory().of(LOCKED).create(MapShape.of(LOCKED), null);
        OffHeapBlock block = OffHeapBlock.allocate(32);
        block.bytes().putLong(8, 42);

        assertThat(map.update(block, 0, 8, RawMap.LOCK)).isZero();
        block.bytes().putLong(8, 43).putInt(16, -1);
        assertThat(map.update(block, 0, 8, RawMap.LOCK)).as("in place").isZero();
        assertThat(map.lookup(block, 0, 8, RawMap.LOCK)).isZero();
        assertThat(block.bytes().getLong(8)).isEqualTo(43);
        assertThat(block.bytes().getInt(16))
                .as("the lock, as user space reads it")
                .isZero();
        map.close();
    }

    @Test
    void withoutTypesThereIsNoLock() {
        MapShape shape = new MapShape("plain", MapKind.HASH, 4, 16, 4, 0);
        RawMap map = new KernelMapFactory().create(shape, null);
        OffHeapBlock block = OffHeapBlock.allocate(32);

        assertThat(map.update(block, 0, 8, RawMap.LOCK)).isEqualTo(-ErrnoNumbers.EINVAL);
        map.update(block, 0, 8, 0);
        assertThat(map.lookup(block, 0, 8, RawMap.LOCK)).isEqualTo(-ErrnoNumbers.EINVAL);
        assertThat(map.shape().managed()).isEmpty();
        map.close();
    }

    @Test
    void anInnerMapMustHaveTheSameFields() {
        KernelAssumptions.assume(KernelFeature.LOCKS_IN_INNER_MAPS);
        RawMap prototype = new KernelMapFactory().of(LOCKED).create(MapShape.of(LOCKED), null);
        RawMap outer =
                new KernelMapFactory().create(new MapShape("outer", MapKind.HASH_OF_MAPS, 4, 4, 4, 0), prototype);
        RawMap twin = new KernelMapFactory().of(LOCKED).create(MapShape.of(LOCKED), null);
        RawMap bare = new KernelMapFactory().create(new MapShape("bare", MapKind.HASH, 4, 16, 4, 0), null);
        MapDef timed =
                map(MapKind.HASH, 0, StructType.of("s", List.of(new StructType.Member("t", ManagedFieldType.TIMER))));
        RawMap other = new KernelMapFactory().of(timed).create(MapShape.of(timed), null);

        assertThat(outer.update(OffHeapBlock.allocate(4), 0, twin, 0)).isZero();
        assertThat(outer.update(OffHeapBlock.allocate(4), 0, bare, 0)).isEqualTo(-ErrnoNumbers.EINVAL);
        assertThat(outer.update(OffHeapBlock.allocate(4), 0, other, 0)).isEqualTo(-ErrnoNumbers.EINVAL);
        assertThat(InnerMapCompatibility.difference(prototype.shape(), twin.shape()))
                .isEmpty();
        assertThat(InnerMapCompatibility.difference(prototype.shape(), bare.shape()))
                .get()
                .asString()
                .contains("kernel-managed fields: none instead of struct bpf_spin_lock at 8");
        assertThat(InnerMapCompatibility.difference(prototype.shape(), other.shape()))
                .get()
                .asString()
                .contains("struct bpf_timer at 0 instead of struct bpf_spin_lock at 8");
        List.of(outer, prototype, twin, bare, other).forEach(RawMap::close);
    }

    @Test
    void aListNeedsTheBtfOfItsPrograms() {
        MapDef list = map(MapKind.HASH, 0, struct(ManagedFieldType.SPIN_LOCK, ManagedFieldType.LIST_HEAD));

        assertBpfException(
                () -> new KernelMapFactory().of(list).create(MapShape.of(list), null),
                "fields that the kernel manages",
                "create the map through");
        assertBpfException(() -> new KernelMapFactory().create(MapShape.of(LOCKED), null), "struct bpf_spin_lock at 8");
    }

    /** The errno of creating the map with its types, or 0. */
    private static int errno(MapDef map) {
        try {
            new KernelMapFactory().of(map).create(MapShape.of(map), null).close();
            return 0;
        } catch (BpfException e) {
            return e.errnoNumber();
        }
    }

    private static StructType struct(CType... types) {
        List<StructType.Member> members = new ArrayList<>(List.of(new StructType.Member("count", Scalar.U64)));
        for (CType type : types) {
            members.add(new StructType.Member("m" + members.size(), type));
        }
        return StructType.of("s", members);
    }

    private static StructType unaligned() {
        return new StructType("s", 16, 1, List.of(new Field("lock", ManagedFieldType.SPIN_LOCK, 2)));
    }

    private static MapDef map(MapKind kind, long flags, StructType value) {
        CType key = kind.keyRule() == MapKind.KeyRule.NONE ? null : Scalar.U32;
        return new MapDef("m", MapRole.PLAIN, kind, 4, flags, key, value, null);
    }
}
