/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.MapAccessor;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.testing.DrainedMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Events of ring buffers and of arrays of perf events are consumed once, the oldest first. Each event has a number, which is one more than that of the
 * event before.
 *
 * @param <M> type of the inner maps
 */
abstract class StreamContract<M extends MapAccessor> {
    static final Duration LONG = Duration.ofMinutes(1);

    /** The object with the maps. */
    abstract LoadedObject loaded();

    /** The inner map at a key of the outer map, which is created if it is missing. That at the key 1 takes events. */
    abstract M map(long key);

    /** Rotates the inner map at the key 1. */
    abstract @Nullable Displaced<Long, M> rotate();

    /** Writes the next event to the inner map at the key 1. The first number is 0. */
    abstract void emit();

    /** Passes the numbers of the events that are there. */
    abstract long consume(M map, LongConsumer action);

    /** Does the same with a view. */
    abstract long consumeView(M map, LongConsumer action);

    /** Passes the numbers of the next events, for which it waits. */
    abstract long consume(M map, Duration patience, LongConsumer action) throws InterruptedException;

    /** The same for all inner maps, with their keys. */
    abstract long consumeAll(Duration patience, BiConsumer<Long, Long> action) throws InterruptedException;

    private M map() {
        return map(1);
    }

    private List<Long> all(M map) {
        List<Long> numbers = new ArrayList<>();
        assertThat(consume(map, numbers::add)).isEqualTo(numbers.size());
        return numbers;
    }

    private static void fail(String what, long number) {
        throw new IllegalStateException(what + number);
    }

    @Test
    void waitsForAnEvent() throws Exception {
        List<Long> seen = new ArrayList<>();
        BackgroundTask<Long> waiting = BackgroundTask.startWaiting(() -> consume(map(), LONG, seen::add));
        emit();

        assertThat(waiting.result()).isEqualTo(1);
        assertThat(seen).containsExactly(0L);
        assertThat(consume(map(), Duration.ofMillis(30), seen::add)).isZero();
        assertThat(consume(map(), Duration.ZERO, seen::add)).isZero();
    }

    @Test
    void waitsThroughTheOuterMap() throws Exception {
        assertThat(map(2)).isNotNull();
        List<String> seen = new ArrayList<>();
        BackgroundTask<Long> waiting =
                BackgroundTask.startWaiting(() -> consumeAll(LONG, (key, number) -> seen.add(key + ": " + number)));
        emit();

        assertThat(waiting.result()).isEqualTo(1);
        assertThat(seen).containsExactly("1: 0");
        assertThat(consumeAll(Duration.ofMillis(30), (key, number) -> {})).isZero();
    }

    @Test
    void closingTheObjectEndsAWait() throws Exception {
        BackgroundTask<Long> waiting = BackgroundTask.startWaiting(() -> consume(map(), LONG, number -> {}));
        loaded().close();

        assertThrown(ExecutionException.class, waiting::result).hasCauseInstanceOf(InvalidHandleException.class);
    }

    @Test
    void aRotatedMapKeepsItsEvents() {
        emit();
        M rotated = map();

        DrainedMap.drain(rotate(), drained -> {
            emit();
            assertThat(all(drained)).containsExactly(0L);
            assertThatThrownBy(() -> all(rotated)).isInstanceOf(InvalidHandleException.class);
            assertThat(all(map())).containsExactly(1L);
        });
    }

    @Test
    void anEventOnWhichTheListenerFailsComesAgain() {
        emit();
        emit();

        assertThatThrownBy(() -> consume(map(), number -> fail("event ", number)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("event 0");
        assertThatThrownBy(() -> consumeView(map(), number -> fail("view of event ", number)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("view of event 0");
        assertThat(all(map())).containsExactly(0L, 1L);
    }

    @Test
    void eventsThatAListenerHasNotReceivedStayTheNextOnes() {
        for (int i = 0; i < 5; i++) {
            emit();
        }
        List<Long> seen = new ArrayList<>();

        assertThatThrownBy(() -> consume(map(), number -> {
                    seen.add(number);
                    if (number == 1) {
                        fail("event ", number);
                    }
                }))
                .hasMessage("event 1");
        emit();
        consume(map(), seen::add);

        assertThat(seen).containsExactly(0L, 1L, 1L, 2L, 3L, 4L, 5L);
    }

    /** The events that came back are those of the rotated map. */
    @Test
    void eventsThatAListenerHasNotReceivedAreInTheRotatedMap() {
        emit();
        emit();
        M map = map();
        List<Displaced<Long, M>> rotated = new ArrayList<>();

        assertThatThrownBy(() -> consume(map, number -> {
                    rotated.add(Objects.requireNonNull(rotate()));
                    fail("event ", number);
                }))
                .hasMessage("event 0");

        assertThat(all(rotated.get(0).map())).containsExactly(0L, 1L);
        rotated.get(0).acknowledge();
    }
}
