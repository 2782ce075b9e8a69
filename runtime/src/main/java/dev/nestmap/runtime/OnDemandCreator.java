/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.RequestedKeys;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.nest.SlottedInnerMap;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Creates the inner maps of requested keys for an {@link OnDemandServer}: those that the listener accepts. Not
 * thread-safe.
 */
final class OnDemandCreator<K> {
    /** Largest number of keys that share one grace period. */
    private static final int MOST_AT_ONCE = 4096;

    private final String name;
    private final Nest nest;
    private final RequestedKeys<K> requested;
    private final OnDemandServer.Listener<K, ?> listener;
    private final Fill fill;
    private final OnDemandFailures failures;

    /** The most keys of the next batch. */
    private int most = MOST_AT_ONCE;

    /** Fills a new inner map through the listener. */
    interface Fill {
        void fill(SlotKey slot, SlottedInnerMap fresh) throws Exception;
    }

    OnDemandCreator(
            String name,
            Nest nest,
            RequestedKeys<K> requested,
            OnDemandServer.Listener<K, ?> listener,
            Fill fill,
            OnDemandFailures failures) {
        this.name = name;
        this.nest = nest;
        this.requested = requested;
        this.listener = listener;
        this.fill = fill;
        this.failures = failures;
    }

    /**
     * Creates missing inner maps.
     *
     * @param among the keys to look at; null for all that are remembered
     * @return whether one of the keys has an inner map now
     */
    boolean create(@Nullable Collection<SlotKey> among) {
        List<SlotKey> due = due(among);
        if (due.isEmpty()) {
            return false;
        }
        Set<SlotKey> there = withMaps(due);
        requested.ended(there);
        List<SlotKey> missing = new ArrayList<>();
        int limit = Math.min(due.size() - there.size(), nest.mostAtOnce(most));
        for (SlotKey slot : due) {
            if (missing.size() < limit && !there.contains(slot) && isAccepted(slot)) {
                missing.add(slot);
            }
        }
        return createAll(missing) || !there.isEmpty();
    }

    private List<SlotKey> due(@Nullable Collection<SlotKey> among) {
        return requested.due(among, failures::failed);
    }

    /** Whether some of the keys may get an inner map and have none. */
    boolean isDue(Collection<SlotKey> keys) {
        List<SlotKey> due = due(keys);
        return withMaps(due).size() < due.size();
    }

    private boolean createAll(List<SlotKey> slots) {
        if (slots.isEmpty()) {
            return false;
        }
        most = Math.max(1, slots.size() / 2); // if this fails, memory may suffice for fewer maps
        reportFailures(nest.createRequested(slots, this::fillNew));
        most = MOST_AT_ONCE;
        Set<SlotKey> created = withMaps(slots);
        requested.ended(created);
        return !created.isEmpty();
    }

    /** Returns those slots that have an inner map. */
    Set<SlotKey> withMaps(List<SlotKey> slots) {
        ToIntFunction<SlotKey> ids = nest.slots().idsOf(slots);
        Set<SlotKey> there = new HashSet<>();
        for (SlotKey slot : slots) {
            if (ids.applyAsInt(slot) != 0) {
                there.add(slot);
            }
        }
        return there;
    }

    private boolean isAccepted(SlotKey slot) {
        try {
            if (listener.accepts(requested.key(slot))) {
                requested.accept(slot);
                return true;
            }
            requested.refuse(slot);
        } catch (Throwable e) { // whatever it is, it must not delay the other keys
            requested.failed(slot);
            failures.failed(slot, e);
        }
        return false;
    }

    private boolean fillNew(SlotKey slot, SlottedInnerMap fresh) {
        try {
            fill.fill(slot, fresh);
            return true;
        } catch (Throwable e) { // whatever it is, it must not delay the other keys
            requested.failed(slot);
            failures.failed(slot, e);
            return false;
        }
    }

    private void reportFailures(List<SlotChange> changes) {
        Map<Object, BpfException> failed = new LinkedHashMap<>();
        for (SlotChange change : changes) {
            BpfException failure = change.failure();
            if (failure != null && change.result() != -ErrnoNumbers.EEXIST) {
                failed.put(change.slot().key(), failure);
                requested.failed(change.slot());
            }
        }
        if (!failed.isEmpty()) {
            failures.failed(OperationListeners.leaving(
                    new BatchException("creation of inner maps on demand", name, changes.size(), failed),
                    failed.values()));
        }
    }
}
