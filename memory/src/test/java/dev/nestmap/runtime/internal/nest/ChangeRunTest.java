/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.heap.HeapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rotations of two slots, of which the kernel rejects the first one, and no exception can be made that reports this. */
class ChangeRunTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0);
    private static final byte REJECTED = 1;

    private final HeapFactory factory = new HeapFactory();
    private final AtomicInteger errors = new AtomicInteger();
    private final SlotKey first = new SlotKey(new FailingKey(), new byte[] {REJECTED, 0, 0, 0});
    private final SlotKey second = new SlotKey(2, new byte[] {2, 0, 0, 0});
    private boolean rejects;
    private OpenMap outer;
    private Nest nest;

    /** A key whose text can't be made. */
    private final class FailingKey {
        @Override
        public String toString() {
            if (errors.getAndDecrement() > 0) {
                throw new StackOverflowError("a test");
            }
            return "first";
        }
    }

    @BeforeEach
    void open() {
        RawMap prototype = factory.create(INNER, null);
        outer = new OpenMap(OUTER.name(), new DelegatingMap(factory.create(OUTER, prototype)) {
            @Override
            public int updateBatch(Batch keys, List<RawMap> inners) {
                return rejects ? -ErrnoNumbers.EPERM : super.updateBatch(keys, inners);
            }

            @Override
            public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
                boolean rejected = rejects && block.bytes().get(keyAt) == REJECTED;
                return rejected ? -ErrnoNumbers.EPERM : super.update(block, keyAt, inner, flags);
            }
        });
        prototype.close();
        nest = new Nest(outer, INNER, factory, List.of(), null, null);
        nest.create(List.of(first, second), (slot, inner) -> {});
        rejects = true;
    }

    @AfterEach
    void close() {
        nest.close("the test is over");
        outer.close();
    }

    @Test
    void theOtherDisplacedMapReachesTheCallerAfterAnError() {
        int id = nest.maps().idOf(second);
        errors.set(1);

        List<SlotChange> changes = nest.rotate(List.of(first, second), true);

        assertThat(changes.get(0).failure()).hasRootCauseInstanceOf(StackOverflowError.class);
        assertThat(changes.get(0).displaced()).isNull();
        OpenMap displaced = requireNonNull(changes.get(1).displaced());
        assertThat(displaced.id()).isEqualTo(id);
        assertThat(nest.undrainedCount()).isEqualTo(1);
        displaced.close();
        assertThat(nest.undrainedCount()).isZero();
    }

    @Test
    void closesADisplacedMapThatAnErrorKeepsFromTheCaller() {
        int kept = nest.maps().idOf(first);
        int displaced = nest.maps().idOf(second);
        errors.set(Integer.MAX_VALUE);

        assertThatThrownBy(() -> nest.rotate(List.of(first, second), true)).isInstanceOf(StackOverflowError.class);

        errors.set(0);
        assertThat(factory.open(displaced)).as("nothing keeps the map").isNull();
        assertThat(nest.maps().idOf(first)).isEqualTo(kept);
        assertThat(nest.maps().idOf(second)).isNotZero().isNotEqualTo(displaced);
        assertThat(nest.undrainedCount()).isZero();
    }
}
