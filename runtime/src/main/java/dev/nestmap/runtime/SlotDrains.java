/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.DisplacedMap;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.observe.OperationListener.Drain;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Drains, rotations and removals of many keys, checked or unchecked. {@link Drainable} describes the order of a drain. */
final class SlotDrains<K, M extends MapAccessor> implements Drainable<K, M> {
    /** The drains that one kept ticket may leave a key out of before a warning. */
    private static final int MOST_LEFT_OUT = 10;

    private final Nest nest;
    private final OuterSlotConverter<K, M> converter;
    private final boolean isChecked;

    /** Whether the last drain has failed. */
    private volatile boolean hasFailed;

    private volatile boolean hasDrainedNothing;

    SlotDrains(Nest nest, OuterSlotConverter<K, M> converter, boolean isChecked) {
        this.nest = nest;
        this.converter = converter;
        this.isChecked = isChecked;
    }

    long drain(K at, Displaced.Action<? super K, ? super M> action) {
        return drainKeys(Collections.singletonList(at), true, action);
    }

    @Override
    public long drainAll(Collection<? extends K> keys, Displaced.Action<? super K, ? super M> action) {
        return drainKeys(keys, true, action);
    }

    @Override
    public long drainAll(Displaced.Action<? super K, ? super M> action) {
        return drainSlots(true, action);
    }

    long drainLast(K at, Displaced.Action<? super K, ? super M> action) {
        return drainKeys(Collections.singletonList(at), false, action);
    }

    @Override
    public long drainLastAll(Collection<? extends K> keys, Displaced.Action<? super K, ? super M> action) {
        return drainKeys(keys, false, action);
    }

    @Override
    public long drainLastAll(Displaced.Action<? super K, ? super M> action) {
        return drainSlots(false, action);
    }

    /** Passes the displaced maps that wait, and changes no slot. */
    long drainWaiting(Displaced.Action<? super K, ? super M> action) {
        return nest.operation(() -> {
            nest.findEarlier(true);
            return new Run(slot -> true, false, true, action).run(List.of());
        });
    }

    @Override
    public List<Displaced<K, M>> rotateAll(Collection<? extends K> keys) {
        return converter.displaced("rotation of inner maps", rotate(converter.of(keys)));
    }

    @Override
    public List<Displaced<K, M>> takeAll(Collection<? extends K> keys) {
        return converter.displaced("take of inner maps", take(converter.of(keys)));
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
            nest.slots().readSlots((bytes, id) -> all.add(converter.slotOf(bytes)));
            return all;
        });
    }

    private long drainSlots(boolean keepsSlots, Displaced.Action<? super K, ? super M> action) {
        return nest.operation(() -> new Run(slot -> true, false, keepsSlots, action).runAll());
    }

    private long drainKeys(
            Collection<? extends K> keys, boolean keepsSlots, Displaced.Action<? super K, ? super M> action) {
        return nest.operation(() -> {
            List<SlotKey> named = converter.of(keys);
            return new Run(new HashSet<>(named)::contains, true, keepsSlots, action).run(named);
        });
    }

    /** One drain. */
    private final class Run {
        private final Predicate<SlotKey> scope;
        private final boolean keepsSlots;
        private final Displaced.Action<? super K, ? super M> action;
        private final DrainFailures failures = new DrainFailures(converter.name());

        /** The maps that this drain has not passed, or whose action has failed. */
        private final Set<DisplacedMap> failed = new HashSet<>();

        /** Whether the caller has named the keys. */
        private final boolean isForKeys;

        private long acknowledged;

        /** Whether this is a drain of all slots. */
        private boolean isOfAll;

        Run(
                Predicate<SlotKey> scope,
                boolean isForKeys,
                boolean keepsSlots,
                Displaced.Action<? super K, ? super M> action) {
            this.scope = scope;
            this.isForKeys = isForKeys;
            this.keepsSlots = keepsSlots;
            this.action = action;
        }

        /** Drains all slots. */
        long runAll() {
            isOfAll = true;
            return run(allSlots());
        }

        /** @param keys the keys whose slots are changed */
        long run(List<SlotKey> keys) {
            nest.slots().draining(List.of(), () -> true); // not inside an action of a drain
            boolean isComplete = false;
            boolean isOfNothing = false;
            try {
                runReported(keys);
                isComplete = true;
                isOfNothing = isForKeys && acknowledged == 0 && !hasMap(keys);
                if (isOfNothing && !keys.isEmpty()) {
                    logNothing(keys.get(0).key());
                }
                hasFailed = false;
            } catch (DrainException e) {
                logFirst(e);
                throw e;
            } finally {
                if (!isOfNothing) { // a wrong key must not look like a service that drains
                    OperationListeners.drained(new Drain(converter.name(), acknowledged, !isComplete));
                }
            }
            return acknowledged;
        }

        /** A periodic task of an executor ends with its first exception, and nobody sees it. */
        private void logFirst(DrainException e) {
            if (!hasFailed) {
                hasFailed = true;
                WarningLog.RUNTIME.log(
                        System.Logger.Level.WARNING, ErrorTable.message("DRAIN_FAILS", e.getMessage()), null);
            }
        }

        /** The action never runs, so nothing that it stores or asserts happens. */
        private void logNothing(Object key) {
            if (!hasDrainedNothing) {
                hasDrainedNothing = true;
                WarningLog.RUNTIME.log(
                        System.Logger.Level.WARNING,
                        ErrorTable.message("DRAIN_OF_NOTHING", key, converter.name()),
                        null);
            }
        }

        /** A ticket that nobody ends would keep its key from each drain, without a failure. */
        private void leftOut(DisplacedMap kept) {
            int drains = kept.leavesOutDrain();
            if (drains >= MOST_LEFT_OUT) { // also later: a line a minute is for one of all tickets
                WarningLog.RUNTIME.warn(
                        "kept tickets of " + converter.name(),
                        ErrorTable.message(
                                "KEPT_TICKET",
                                drains,
                                converter.slotOf(kept.slot().bytes()).key(),
                                converter.name(),
                                kept.origin().takenOut()));
            }
        }

        private boolean hasMap(List<SlotKey> keys) {
            return OperationListeners.reporting(
                    () -> keys.stream().anyMatch(key -> nest.slots().idOf(key) != 0));
        }

        private void runReported(List<SlotKey> keys) {
            nest.requireMachine();
            nest.findEarlier(false);
            if (isChecked && !keys.isEmpty()) {
                nest.exactness().require(keepsSlots, keys.get(0));
            }
            new Cleanup() // what ends the drain at once, with the failures before it
                    .run(() -> runSteps(keys))
                    .run(() -> failures.rethrow(acknowledged, nest))
                    .rethrow();
            nest.drained(isOfAll);
        }

        private void runSteps(List<SlotKey> keys) {
            pass(nest.waiting().stream().filter(map -> map.lastFailure() == 0).toList());
            failures.nextStep();
            Set<SlotKey> rest = changeSlots(keys);
            failures.nextStep();
            do {
                pass(notPassedYet());
                rest = changeSlots(List.copyOf(rest));
                failed.stream().map(DisplacedMap::slot).forEach(rest::remove);
            } while (!rest.isEmpty() && !failures.endStep());
        }

        /**
         * The waiting maps that have not failed in this drain: first those that have never failed, newest first, and then those whose failure is the
         * longest ago. So maps that always fail, which become old, end no drain before it reaches the others.
         */
        private List<DisplacedMap> notPassedYet() {
            List<DisplacedMap> maps = new ArrayList<>(nest.waiting());
            Collections.reverse(maps);
            maps.removeAll(failed);
            maps.sort(Comparator.comparingLong(DisplacedMap::lastFailure));
            return maps;
        }

        private void pass(List<DisplacedMap> waiting) {
            for (DisplacedMap map : waiting) {
                if (failures.endStep()) {
                    return;
                }
                if (scope.test(map.slot())) {
                    nest.slots().draining(List.of(map.slot()), () -> {
                        Displaced<K, M> ticket = reopen(map);
                        return ticket != null && pass(ticket);
                    });
                }
            }
        }

        /** Returns a ticket; null if the map does not wait any more, or if it can't be opened, for example because its pin belongs to another user. */
        private @Nullable Displaced<K, M> reopen(DisplacedMap map) {
            try {
                return converter.reopen(map);
            } catch (InvalidHandleException e) { // the outer map was closed
                throw e;
            } catch (BpfException e) {
                map.failed();
                failed(map, false, e);
                return null;
            }
        }

        /** Displaces and passes the maps of the keys that have no waiting map, and returns the other keys. */
        private Set<SlotKey> changeSlots(List<SlotKey> keys) {
            Set<SlotKey> rest = new LinkedHashSet<>();
            for (int i = 0; i < keys.size(); ) {
                if (failures.endStep()) {
                    rest.addAll(keys.subList(i, keys.size()));
                    break;
                }
                int most = nest.mostAtOnce(failures.mostAtOnce(keys.size() - i));
                List<SlotKey> some = keys.subList(i, i + most);
                nest.slots().draining(some, () -> {
                    Set<SlotKey> waiting = nest.waitingSlots();
                    Map<SlotKey, DisplacedMap> kept = keepsSlots ? nest.kept(some) : Map.of();
                    kept.values().forEach(this::leftOut);
                    List<SlotKey> free = new ArrayList<>();
                    some.stream()
                            .filter(key -> !kept.containsKey(key))
                            .forEach(key -> (waiting.contains(key) ? rest : free).add(key));
                    passAll(keepsSlots ? nest.withEntries(free) : free);
                    return true;
                });
                i += most;
            }
            return rest;
        }

        private void passAll(List<SlotKey> keys) {
            if (keys.isEmpty()) {
                return;
            }
            List<Displaced<K, M>> tickets = new ArrayList<>();
            List<SlotChange> changes = keepsSlots ? rotate(keys) : take(keys);
            String operation = keepsSlots ? "rotation of inner maps" : "take of inner maps";
            failures.add(operation, OuterSlotConverter.present(changes).size(), converter.collect(changes, tickets));
            int passed = 0;
            try {
                while (passed < tickets.size() && !failures.endStep()) {
                    pass(tickets.get(passed++));
                }
            } finally {
                tickets.subList(passed, tickets.size()).forEach(Displaced::giveBack);
            }
        }

        private boolean pass(Displaced<K, M> ticket) {
            try {
                ticket.run(action);
            } catch (Exception e) {
                failed(ticket.state(), ticket.isEnded(), e);
                return false;
            }
            acknowledged += ticket.actionReturned() ? 1 : 0;
            failures.none();
            return true;
        }

        private void failed(DisplacedMap map, boolean isEnded, Exception e) {
            failed.add(map);
            failures.add(converter.slotOf(map.slot().bytes()).key(), isEnded, e);
        }
    }
}
