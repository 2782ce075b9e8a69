/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The failures of one drain, which continues after them: how many in a row end a step of the drain, and the exception at its end. */
final class DrainFailures {
    /**
     * So many failures in a row end a step: if the database is down, a drain must not try an action for each of ten thousand keys, which may wait
     * for a timeout each time.
     */
    private static final int MOST_IN_A_ROW = 10;

    private final String map;
    private final List<Failure> ofActions = new ArrayList<>();
    private final Map<Object, BpfException> ofChanges = new LinkedHashMap<>();
    private String operation = "";

    /** The number of keys in changes of slots. */
    private int changed;

    private int inARow;
    private boolean hasEndedStep;
    private boolean isInterrupted;

    /**
     * A map that was not stored.
     *
     * @param isEnded whether the action had acknowledged or discarded it
     */
    private record Failure(@Nullable Object key, boolean isEnded, Exception cause) {}

    /** @param map name of the outer map */
    DrainFailures(String map) {
        this.map = map;
    }

    /** Adds a failure of an action, or of opening a map for it. An interrupt ends the drain. */
    void add(@Nullable Object key, boolean isEnded, Exception cause) {
        ofActions.add(new Failure(key, isEnded, cause));
        inARow++;
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        isInterrupted |= Thread.currentThread().isInterrupted();
    }

    /**
     * Adds the failures of a change of some slots. The maps of the other slots were passed.
     *
     * @param operation the operation, as a noun
     * @param count the number of slots
     */
    void add(String operation, int count, Map<Object, BpfException> failures) {
        this.operation = operation;
        changed += count;
        ofChanges.putAll(failures);
    }

    /** Notes that an action has succeeded. */
    void none() {
        inARow = 0;
    }

    /** Begins the next step of the drain. The last one passes what the others have left. */
    void nextStep() {
        inARow = 0;
        hasEndedStep = false;
    }

    /** Whether the current step of the drain, and after an interrupt the drain, has to end. */
    boolean endStep() {
        boolean ends = isInterrupted || inARow >= MOST_IN_A_ROW;
        hasEndedStep |= ends;
        return ends;
    }

    /** How many of the wanted maps a step should displace at once: after a failure, no more than it may pass if all fail. */
    int mostAtOnce(int wanted) {
        return inARow == 0 ? wanted : Math.min(wanted, MOST_IN_A_ROW - inARow);
    }

    /** Throws the exception for these failures, if any. */
    void rethrow(long acknowledged, Nest nest) {
        BpfException failure = exception(acknowledged, nest);
        if (failure != null) {
            throw failure;
        }
    }

    private @Nullable BpfException exception(long acknowledged, Nest nest) {
        BatchException batch = ofChanges.isEmpty()
                ? null
                : OperationListeners.leaving(
                        new BatchException(operation, map, changed, ofChanges), ofChanges.values());
        if (ofActions.isEmpty()) {
            return batch;
        }
        BpfException unread = null;
        int waiting;
        try {
            waiting = nest.displacedCount();
        } catch (BpfException e) { // the actions' exceptions must not be lost
            unread = e;
            waiting = nest.waiting().size();
        }
        List<DrainException> all = new ArrayList<>();
        for (Failure failure : ofActions) {
            all.add(new DrainException(map, failure.key(), failure.isEnded(), waiting, failure.cause()));
        }
        DrainException whole = DrainException.of(map, all, acknowledged, end());
        if (batch != null) {
            whole.addSuppressed(batch);
        }
        if (unread != null) {
            whole.addSuppressed(unread);
        }
        return whole;
    }

    /** Why the drain may not have reached all maps; empty if it has. */
    private String end() {
        if (isInterrupted) {
            return "The thread was interrupted, so the drain has ended before it reached all maps";
        }
        return hasEndedStep ? MOST_IN_A_ROW + " failures in a row have ended the drain before it reached all maps" : "";
    }
}
