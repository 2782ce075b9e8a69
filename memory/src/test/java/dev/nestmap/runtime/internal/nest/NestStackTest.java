/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.runtime.testing.StackEnd;
import dev.nestmap.schema.MapKind;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The stack of a thread ends at each step of a change, because the change begins at each depth near its end. Afterwards, calls work, or all say
 * that the object has failed. None hangs.
 */
@Timeout(120)
@Tag("slow")
class NestStackTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0);
    private static final SlotKey SLOT = RawSlots.slot(2);

    /** A change needs less room than so many small frames. */
    private static final int MOST_FRAMES = 4_000;

    /** The steps of a change need more frames, so none is left out. */
    private static final int STEP = 7;

    private final HeapMapFactory factory = new HeapMapFactory();

    record Change(String name, Function<Nest, List<SlotChange>> action) {
        /** Makes the change, and does not use what it displaced. */
        void make(Nest nest) {
            List<SlotChange> unused = action.apply(nest);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Change> changes() {
        return Stream.of(
                new Change("rotate", nest -> nest.rotate(List.of(SLOT), true)),
                new Change("take", nest -> nest.take(List.of(SLOT), true)),
                new Change("rotate to a filled map", nest -> nest.rotate(List.of(SLOT), filled -> {})));
    }

    private Nest open() {
        Nest nest = RawSlots.nest(factory, OUTER, INNER, UnaryOperator.identity());

        nest.create(List.of(SLOT), (slot, inner) -> {});
        return nest;
    }

    @ParameterizedTest
    @MethodSource("changes")
    void noCallHangsWhereverTheStackEnds(Change change) throws InterruptedException {
        Nest warm = open(); // an Error in a static initializer would be another test
        requireNonNull(change.action().apply(warm).get(0).displaced()).close();
        int failed = 0;
        int succeeded = 0;
        for (int frames = 1; frames < MOST_FRAMES; frames += STEP) {
            Nest nest = open();

            Throwable thrown = StackEnd.near(frames, () -> change.make(nest));

            succeeded += thrown == null ? 1 : 0;
            Throwable later = later(() -> change.make(nest));
            if (later != null) {
                assertThat(later)
                        .isInstanceOf(InvalidHandleException.class)
                        .hasCauseInstanceOf(StackOverflowError.class);
                failed++;
            }
        }
        assertThat(failed).as("objects that have failed").isPositive();
        assertThat(succeeded).as("calls that did not throw").isPositive();
    }

    /** Returns what a call on another thread throws. */
    private static @Nullable Throwable later(Runnable action) throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Thread thread = new Thread(() -> {
            try {
                action.run();
            } catch (Throwable e) {
                thrown[0] = e;
            }
        });
        thread.start();
        thread.join();
        return thrown[0];
    }
}
