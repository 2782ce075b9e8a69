/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.DisplacedMap;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.observe.OperationListener.Drain;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Drains, rotations and removals of many keys, checked or unchecked. {@link Drainable} describes the order of a drain. */
final class SlotDrains<K, M extends MapAccessor> implements Drainable<K, M> {
    private final Nest nest;
    private final OuterSlotConverter<K, M, ?> slots;
    private final boolean isChecked;

    SlotDrains(Nest nest, OuterSlotConverter<K, M, ?> slots, boolean isChecked) {
        this.nest = nest;
        this.slots = slots;
        this.isChecked = isChecked;
    }

    long drain(K at, Displaced.Action<? super K, ? super M> action) {
        return drainKeys(slots.one(at), true, action);
    }

    @Override
    public long drainAll(Collection<? extends K> keys, Displaced.Action<? super K, ? super M> action) {
        return drainKeys(slots.of(keys), true, action);
    }

    @Override
    public long drainAll(Displaced.Action<? super K, ? super M> action) {
        return new Run(slot -> true, true, action).run(allSlots());
    }

    long drainLast(K at, Displaced.Action<? super K, ? super M> action) {
        return drainKeys(slots.one(at), false, action);
    }

    @Override
    public long drainLastAll(Collection<? extends K> keys, Displaced.Action<? super K, ? super M> action) {
        return drainKeys(slots.of(keys), false, action);
    }

    @Override
    public long drainLastAll(Displaced.Action<? super K, ? super M> action) {
        return new Run(slot -> true, false, action).run(allSlots());
    }

    /** Passes the displaced maps that wait, and changes no slot. */
    long drainWaiting(Displaced.Action<? super K, ? super M> action) {
        nest.findEarlier(true);
        return new Run(slot -> true, true, action).run(List.of());
    }

    @Override
    public List<Displaced<K, M>> rotateAll(Collection<? extends K> keys) {
        return slots.displaced("rotation of inner maps", rotate(slots.of(keys)));
    }

    @Override
    public List<Displaced<K, M>> takeAll(Collection<? extends K> keys) {
        return slots.displaced("take of inner maps", take(slots.of(keys)));
    }

    private List<SlotChange> rotate(List<SlotKey> keys) {
        return nest.rotate(keys, isChecked);
    }

    private List<SlotChange> take(List<SlotKey> keys) {
        return nest.take(keys, isChecked);
    }

    /** The slots with an inner map, even if their keys can't be decoded. */
    private List<SlotKey> allSlots() {
        return OperationListeners.reporting(() -> {
            List<SlotKey> all = new ArrayList<>();
            nest.maps().forEach((bytes, id) -> all.add(slots.slotOf(bytes)));
            return all;
        });
    }

    private long drainKeys(List<SlotKey> keys, boolean keepsSlots, Displaced.Action<? super K, ? super M> action) {
        return new Run(new HashSet<>(keys)::contains, keepsSlots, action).run(keys);
    }

    /** One drain. */
    private final class Run {
        private final Predicate<SlotKey> scope;
        private final boolean keepsSlots;
        private final Displaced.Action<? super K, ? super M> action;
        private long acknowledged;

        Run(Predicate<SlotKey> scope, boolean keepsSlots, Displaced.Action<? super K, ? super M> action) {
            this.scope = scope;
            this.keepsSlots = keepsSlots;
            this.action = action;
        }

        /** @param keys the keys whose slots are changed */
        long run(List<SlotKey> keys) {
            nest.draining(List.of(), () -> true); // not inside an action of a drain
            boolean isComplete = false;
            try {
                runReported(keys);
                isComplete = true;
            } finally {
                OperationListeners.drained(new Drain(slots.name(), acknowledged, !isComplete));
            }
            return acknowledged;
        }

        private void runReported(List<SlotKey> keys) {
            nest.requireMachine();
            nest.findEarlier(false);
            if (isChecked && !keys.isEmpty()) {
                nest.exactness().require(keepsSlots, keys.get(0));
            }
            passWaiting(map -> !map.hasFailed());
            List<SlotKey> held = changeSlots(keys);
            do {
                passWaiting(map -> true);
                held = changeSlots(held);
            } while (!held.isEmpty());
            nest.drained();
        }

        private void passWaiting(Predicate<DisplacedMap> condition) {
            for (DisplacedMap map : nest.waiting()) {
                if (scope.test(map.slot()) && condition.test(map)) {
                    nest.draining(List.of(map.slot()), () -> {
                        Displaced<K, M> ticket = slots.reopen(map);
                        return ticket != null && pass(ticket);
                    });
                }
            }
        }

        /** Displaces and passes the maps of the keys that have no waiting map, and returns the other keys. */
        private List<SlotKey> changeSlots(List<SlotKey> keys) {
            List<SlotKey> held = new ArrayList<>();
            for (int i = 0; i < keys.size(); ) {
                int most = nest.mostAtOnce(keys.size() - i);
                List<SlotKey> some = keys.subList(i, i + most);
                nest.draining(some, () -> {
                    Set<SlotKey> waiting = nest.waitingSlots();
                    Set<SlotKey> kept = keepsSlots ? nest.keptSlots() : Set.of();
                    List<SlotKey> free = new ArrayList<>();
                    some.stream()
                            .filter(key -> !kept.contains(key))
                            .forEach(key -> (waiting.contains(key) ? held : free).add(key));
                    passAll(keepsSlots ? nest.withEntries(free) : free);
                    return true;
                });
                i += most;
            }
            return held;
        }

        private void passAll(List<SlotKey> keys) {
            if (keys.isEmpty()) {
                return;
            }
            List<Displaced<K, M>> tickets = new ArrayList<>();
            List<SlotChange> changes = keepsSlots ? rotate(keys) : take(keys);
            BpfException failure =
                    slots.collect(keepsSlots ? "rotation of inner maps" : "take of inner maps", changes, tickets);
            int passed = 0;
            try {
                while (passed < tickets.size()) {
                    boolean isEmpty = keepsSlots
                            && isChecked
                            && nest.isEmptyAndOutgrown(tickets.get(passed).owner());
                    Displaced<K, M> ticket = tickets.get(passed++);
                    if (isEmpty) {
                        ticket.acknowledge();
                    } else {
                        pass(ticket);
                    }
                }
            } catch (Throwable e) { // also an Error of the action
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                throw e;
            } finally {
                tickets.subList(passed, tickets.size()).forEach(Displaced::giveBack);
            }
            if (failure != null) {
                throw OperationListeners.leaving(failure);
            }
        }

        private boolean pass(Displaced<K, M> ticket) {
            boolean isEnded;
            try {
                isEnded = ticket.endedByDrain().drain(action);
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                throw new DrainException(slots.name(), slots.keyOrBytes(ticket), ticket.isEnded(), count(e), e);
            }
            acknowledged += isEnded ? 1 : 0;
            return true;
        }

        /** Counts the maps that wait. If the pins can't be read, counts those that this object knows: the action's exception must not be lost. */
        private int count(Exception ofAction) {
            try {
                return nest.displacedCount();
            } catch (BpfException e) {
                ofAction.addSuppressed(e);
                return nest.waiting().size();
            }
        }
    }
}
