/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.testing.GarbageCollection;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An {@code Error} in a change loses no displaced map. The kernel rejects changes of the first slot. */
class NestErrorsTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0);
    private static final byte REJECTED = 1;

    private final HeapMapFactory factory = new HeapMapFactory();
    private final AtomicInteger errors = new AtomicInteger();
    private final SlotKey first = new SlotKey(new FailingKey(), new byte[] {REJECTED, 0, 0, 0});
    private final SlotKey second = new SlotKey(2, new byte[] {2, 0, 0, 0});
    private boolean rejects;

    /** The id of an inner map whose handle can't be created, because its shape can't be read. */
    private volatile int withoutShape;

    /** The id of an inner map whose handle can't be created once the kernel has made a change; 0 for none. */
    private volatile int withoutShapeLater;

    /** The id of an inner map whose close fails after it has closed the descriptor. */
    private int notClosed;

    /** Whether the maps can't be named in a report, for want of memory. */
    private volatile boolean areNameless;

    private Supplier<Throwable> failure = () -> new StackOverflowError("a test");
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

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // throws it unchecked
    private static <X extends Throwable> void throwAny(Throwable failure) throws X {
        throw (X) failure;
    }

    private final class FailingMap extends DelegatingMap {
        private final RawMap map;

        FailingMap(RawMap map) {
            super(map);
            this.map = map;
        }

        @Override
        public int id() {
            if (areNameless) {
                throw new OutOfMemoryError("a test");
            }
            return super.id();
        }

        @Override
        public MapShape shape() {
            if (id() == withoutShape) {
                throwAny(failure.get());
            }
            return super.shape();
        }

        @Override
        public void close() {
            super.close();
            if (id() == notClosed) {
                throw new StackOverflowError("a test");
            }
        }
    }

    @BeforeEach
    void open() {
        RawMap prototype = factory.create(INNER, null);
        outer = new OpenMap(OUTER.name(), new DelegatingMap(factory.create(OUTER, prototype)) {
            @Override
            public int updateBatch(Batch keys, List<RawMap> inners) {
                return -ErrnoNumbers.ENOTSUPP;
            }

            @Override
            public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
                boolean rejected = rejects && block.bytes().get(keyAt) == REJECTED;
                RawMap put = inner instanceof FailingMap failing ? failing.map : inner;
                int result = rejected ? -ErrnoNumbers.EPERM : super.update(block, keyAt, put, flags);
                if (withoutShapeLater != 0) {
                    withoutShape = withoutShapeLater;
                }
                return result;
            }
        });
        prototype.close();
        MapFactory inners = new DelegatingFactory(factory) {
            @Override
            public RawMap create(MapShape shape, @Nullable RawMap prototype) {
                return new FailingMap(super.create(shape, prototype));
            }
        };
        nest = new Nest(outer, INNER, inners, List.of(), null, null);
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
        assertThat(nest.displacedCount()).isEqualTo(1);
        displaced.close();
        assertThat(nest.displacedCount()).isZero();
    }

    @Test
    void keepsADisplacedMapThatAnErrorKeepsFromTheCaller() {
        int kept = nest.maps().idOf(first);
        int displaced = nest.maps().idOf(second);
        errors.set(Integer.MAX_VALUE);

        assertThatThrownBy(() -> nest.rotate(List.of(first, second), true)).isInstanceOf(StackOverflowError.class);

        errors.set(0);
        assertThat(nest.maps().idOf(first)).isEqualTo(kept);
        assertThat(nest.maps().idOf(second)).isNotZero().isNotEqualTo(displaced);
        assertWaits(displaced);
    }

    /** The usual end of a loop over the tickets that has used up the memory. The report of the forgotten ticket needs memory, too. */
    @Test
    @Timeout(60) // it waits for the collector
    void aTicketThatBecomesGarbageWithoutMemoryWaits() throws InterruptedException {
        rejects = false;
        int displaced = nest.maps().idOf(second);
        nest.rotate(List.of(second), true);

        areNameless = true;
        while (nest.waiting().isEmpty()) {
            GarbageCollection.run();
        }
        areNameless = false;

        assertWaits(displaced);
    }

    private static Stream<Supplier<Throwable>> failures() {
        return Stream.of(
                () -> new OutOfMemoryError("a test"),
                () -> new StackOverflowError("a test"),
                () -> new IllegalStateException("a test"));
    }

    /** After the kernel has made the change. */
    @ParameterizedTest
    @MethodSource("failures")
    void keepsADisplacedMapWhoseHandleCanNotBeCreated(Supplier<Throwable> cause) {
        failure = cause;
        rejects = false;
        withoutShapeLater = nest.maps().idOf(second);

        List<SlotChange> changes = nest.rotate(List.of(first, second), true);

        assertThat(requireNonNull(changes.get(1).failure()))
                .hasMessageContaining("The displaced map waits")
                .cause()
                .hasSameClassAs(cause.get());
        assertThat(changes.get(1).displaced()).isNull();
        requireNonNull(changes.get(0).displaced()).close();
        int displaced = withoutShapeLater;
        withoutShapeLater = 0;
        withoutShape = 0;
        assertWaits(displaced);
        assertThat(factory.open(displaced)).as("acknowledged").isNull();
    }

    /** A message promises a displaced map only if there is one. */
    @Test
    void aDiscardThatFailsLaterNamesNoDisplacedMap() {
        notClosed = nest.maps().idOf(second);

        BpfException failure =
                requireNonNull(nest.discard(List.of(second)).get(0).failure());

        assertThat(failure)
                .hasMessageContaining("the entry was changed, but a later step failed")
                .message()
                .doesNotContain("The displaced map waits");
    }

    @Test
    void closesTheMapWhoseHandleCouldNotBeCreatedWithTheOuterMap() {
        rejects = false;
        withoutShapeLater = nest.maps().idOf(second);
        nest.rotate(List.of(second), true);
        int displaced = withoutShapeLater;
        withoutShapeLater = 0;
        withoutShape = 0;

        assertThatThrownBy(() -> nest.close("a test")).hasMessageContaining("the counts of 1 displaced map");

        assertThat(factory.open(displaced)).isNull();
    }

    /** Takes the only map that waits, and acknowledges it. */
    private void assertWaits(int id) {
        DisplacedMap waiting = nest.waiting().get(0);
        OpenMap handle = requireNonNull(nest.open(waiting));
        assertThat(handle.id()).isEqualTo(id);
        assertThat(nest.displacedCount()).isEqualTo(1);
        handle.close();
        assertThat(nest.displacedCount()).isZero();
    }

    @Test
    void closesARecycledMapIfNoHandleToItCanBeCreated() {
        rejects = false;
        nest.recycleDisplaced();
        OpenMap recycled =
                requireNonNull(nest.rotate(List.of(second), true).get(0).displaced());
        recycled.close();
        assertThat(nest.spareCount()).isEqualTo(1);
        withoutShape = recycled.id();

        assertThatThrownBy(() -> nest.rotate(List.of(second), true)).isInstanceOf(StackOverflowError.class);

        withoutShape = 0;
        assertThat(factory.open(recycled.id())).as("nothing keeps the map").isNull();
    }
}
