/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.MapAccessor;
import dev.nestmap.runtime.pin.MapIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A displaced map that a test reads, and acknowledges at the end of its block.
 *
 * @param <M> type of the map
 */
public final class DrainedMap<M extends MapAccessor> implements AutoCloseable {
    private final @Nullable Displaced<?, M> ticket;

    private DrainedMap(@Nullable Displaced<?, M> ticket) {
        this.ticket = ticket;
    }

    /** The map of a ticket; without a map if there is no ticket, because the slot was empty. */
    public static <M extends MapAccessor> DrainedMap<M> of(@Nullable Displaced<?, M> ticket) {
        return new DrainedMap<>(ticket);
    }

    /** Reads and acknowledges the map that was in a slot. */
    public static <E, M extends MapAccessor & Iterable<E>> List<E> drained(@Nullable Displaced<?, M> ticket) {
        try (DrainedMap<M> map = of(ticket)) {
            List<E> entries = new ArrayList<>();
            map.ticket().map().forEach(entries::add);
            return entries;
        }
    }

    /** Drops the map of one slot; null if the slot was empty. */
    public static void discardDisplaced(@Nullable Displaced<?, ?> ticket) {
        if (ticket != null) {
            ticket.discard();
        }
    }

    /** Drops the maps of several slots. */
    public static void discardDisplaced(List<? extends Displaced<?, ?>> tickets) {
        tickets.forEach(Displaced::discard);
    }

    /** Passes the map of one slot to an action, and acknowledges it. */
    public static <M extends MapAccessor> void drain(@Nullable Displaced<?, M> ticket, Consumer<? super M> action) {
        try (DrainedMap<M> drained = of(Objects.requireNonNull(ticket, "a map was in the slot"))) {
            action.accept(drained.map());
        }
    }

    /** Passes every key and its map to an action, and acknowledges each map. */
    public static <K, M extends MapAccessor> void drainEach(
            List<Displaced<K, M>> tickets, BiConsumer<? super K, ? super M> action) {
        for (Displaced<K, M> each : tickets) {
            action.accept(each.key(), each.map());
            each.acknowledge();
        }
    }

    /** The keys of tickets. */
    public static <K> List<K> keys(List<? extends Displaced<K, ?>> tickets) {
        return tickets.stream().<K>map(Displaced::key).toList();
    }

    /** The map; null if the slot was empty. */
    @SuppressWarnings("NullAway") // most tests know that the slot had a map
    public M map() {
        return ticket == null ? null : ticket.map();
    }

    /** The ticket. */
    public Displaced<?, M> ticket() {
        return Objects.requireNonNull(ticket, "a map was in the slot");
    }

    /** The identity of the map. */
    public MapIdentity identity() {
        return ticket().identity();
    }

    @Override
    public void close() {
        if (ticket != null) {
            ticket.acknowledge();
        }
    }
}
