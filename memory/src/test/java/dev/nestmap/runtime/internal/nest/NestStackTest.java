/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The stack of a thread ends at each step of a change, because the change begins at each depth near its end. Whatever is thrown, the inner map
 * stays in its slot, or the caller gets it, or it waits.
 */
@Timeout(120)
class NestStackTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0);
    private static final SlotKey SLOT = RawSlots.slot(2);
    private static final long STACK = 256 * 1024;

    /** A change needs less room than so many small frames. */
    private static final int MOST_FRAMES = 4_000;

    /** The steps of a change need more frames, so none is left out. */
    private static final int STEP = 7;

    private final HeapMapFactory factory = new HeapMapFactory();

    record Change(String name, Function<Nest, List<SlotChange>> action) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Change> changes() {
        return Stream.of(
                new Change("rotate", nest -> nest.rotate(List.of(SLOT), true)),
                new Change("take", nest -> nest.take(List.of(SLOT), true)),
                new Change("swap", nest -> nest.swap(List.of(SLOT), List.of(nest.createDetached(INNER)))));
    }

    private Nest open() {
        Nest nest = RawSlots.nest(factory, OUTER, INNER, UnaryOperator.identity());

        nest.create(List.of(SLOT), (slot, inner) -> {});
        return nest;
    }

    @ParameterizedTest
    @MethodSource("changes")
    void noMapIsLostWhereverTheStackEnds(Change change) throws InterruptedException {
        Nest warm = open(); // an Error in a static initializer would be another test
        requireNonNull(change.action().apply(warm).get(0).displaced()).close();
        open(warm).forEach(OpenMap::close);
        int failed = 0;
        int succeeded = 0;
        for (int frames = 1; frames < MOST_FRAMES; frames += STEP) {
            Nest nest = open();
            int before = nest.slots().idOf(SLOT);
            List<SlotChange> returned = new ArrayList<>();
            @Nullable
            Throwable thrown =
                    nearEnd(frames, () -> returned.addAll(change.action().apply(nest)));
            failed += thrown == null ? 0 : 1;
            succeeded += thrown == null ? 1 : 0;

            List<Integer> owners = new ArrayList<>();
            if (nest.slots().idOf(SLOT) == before) {
                owners.add(before);
            }
            returned.stream()
                    .map(SlotChange::displaced)
                    .filter(map -> map != null && map.callIfValid(() -> true))
                    .forEach(map -> owners.add(map.id()));
            List<OpenMap> waiting = open(nest);
            waiting.forEach(map -> owners.add(map.id()));
            assertThat(owners)
                    .as(change + " " + frames + " frames before the end, which threw " + thrown)
                    .containsExactly(before);
            waiting.forEach(OpenMap::close);

            SlotChange next = nest.rotate(List.of(SLOT), false).get(0); // no key is locked, and no change is left
            assertThat(next.failure()).isNull();
        }
        assertThat(failed).as("calls that threw").isPositive();
        assertThat(succeeded).as("calls that did not").isPositive();
    }

    private static List<OpenMap> open(Nest nest) {
        return nest.waiting().stream()
                .map(map -> requireNonNull(nest.open(map)))
                .toList();
    }

    /** Runs an action with little room left on the stack. Returns what it throws. */
    private static @Nullable Throwable nearEnd(int frames, Runnable action) throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Runnable caught = () -> {
            try {
                action.run();
            } catch (Throwable e) {
                thrown[0] = e;
            }
        };
        Thread thread = new Thread(null, () -> descend(frames, caught), "small stack", STACK);
        thread.start();
        thread.join();
        return thrown[0];
    }

    /** Uses up the stack, and runs the action when this number of frames has ended. Returns the number of frames that have ended. */
    @SuppressWarnings("InfiniteRecursion") // the end of the stack ends it
    private static int descend(int frames, Runnable action) {
        int ended;
        try {
            ended = descend(frames, action);
        } catch (StackOverflowError e) {
            ended = 0;
        }
        if (ended == frames) {
            action.run();
        }
        return ended + 1;
    }
}
