/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

import dev.nestmap.types.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Thrown at the end of a drain whose action has thrown exceptions. Each map for which the action has failed waits for the next drain, with all its
 * counts. The drain has passed the other maps, too, and acknowledged each one for which the action returned. After ten failures in a row (see {@link
 * dev.nestmap.runtime.Drainable}), or if the thread was interrupted, the drain ends earlier, and its other maps wait.
 *
 * <p>{@link #getCause} is the first exception of the action, and {@link #key} is the key of that map. {@link #failures} has all failures.
 */
public final class DrainException extends BpfException {
    private static final long serialVersionUID = 1L;

    /** Largest number of failures in the stack trace, and of keys in the message. */
    private static final int SHOWN_AT_MOST = 8;

    /** The number of waiting maps. */
    private final int waiting;

    /** The failures if this is an exception for a whole drain; empty if it is one of these failures. */
    private final ArrayList<DrainException> failures = new ArrayList<>();

    /**
     * Creates the exception for one map. The runtime calls it.
     *
     * @param map name of the outer map
     * @param key the key; null if it is not known
     * @param isEnded whether the action had acknowledged or discarded its map
     * @param waiting the number of displaced maps of the outer map that wait
     * @param cause the exception of the action
     */
    public DrainException(String map, @Nullable Object key, boolean isEnded, int waiting, Throwable cause) {
        this(
                of(Reason.ACTION_FAILED, "drain").map(map).key(key).cause(cause),
                "the action failed: " + cause
                        + (isEnded
                                ? ". It had acknowledged or discarded its map, so no drain passes this map again. Now "
                                : ". The map keeps all its counts, and later drains pass it again. Now ")
                        + waitingText(waiting),
                waiting);
    }

    private DrainException(Builder parts, String explanation, int waiting) {
        super(parts, explanation);
        this.waiting = waiting;
    }

    /**
     * Creates the exception for a whole drain. The runtime calls it.
     *
     * @param map name of the outer map
     * @param failures the failures of its maps, in order; not empty
     * @param acknowledged the number of maps that the drain has acknowledged
     * @param end why the drain has not reached all maps; empty if it has reached them
     * @return the failure itself if there is only one and the drain has reached all maps; otherwise a new exception
     */
    public static DrainException of(String map, List<DrainException> failures, long acknowledged, String end) {
        DrainException first = failures.get(0);
        if (failures.size() == 1 && end.isEmpty()) {
            return first;
        }
        DrainException whole = new DrainException(
                of(Reason.ACTION_FAILED, "drain").map(map).key(first.key()).cause(first.getCause()),
                explanation(failures, acknowledged, end),
                first.waiting);
        whole.failures.addAll(failures);
        failures.stream().skip(1).limit(SHOWN_AT_MOST).forEach(whole::addSuppressed);
        return whole;
    }

    private static String explanation(List<DrainException> failures, long acknowledged, String end) {
        DrainException first = failures.get(0);
        String keys = failures.size() == 1
                ? ""
                : failures.stream()
                        .limit(SHOWN_AT_MOST)
                        .map(failure -> String.valueOf(failure.key()))
                        .collect(Collectors.joining(", ", ", of keys ", failures.size() > SHOWN_AT_MOST ? ", …" : ""));
        return "the action failed for " + failures.size() + (failures.size() == 1 ? " map" : " maps") + keys + ", and "
                + acknowledged + (acknowledged == 1 ? " map was" : " maps were") + " acknowledged. First failure: "
                + first.getCause()
                + ". Maps that were not acknowledged keep all their counts, and later drains pass them again. Now "
                + waitingText(first.waiting) + (end.isEmpty() ? "" : ". " + end);
    }

    private static String waitingText(int waiting) {
        return waiting + (waiting == 1 ? " displaced map waits" : " displaced maps wait");
    }

    /**
     * Returns the failures of the maps, in the order in which the drain has passed the maps. Each failure has the key of its map ({@link
     * #key}) and the exception of the action ({@link #getCause}). If the key can't be decoded, it is a {@link ByteString}. If two maps of a
     * key failed, the key comes twice.
     *
     * @return the failures, at least one; if there is only this one, the list contains this exception
     */
    public List<DrainException> failures() {
        return failures.isEmpty() ? List.of(this) : List.copyOf(failures);
    }

    /**
     * Returns the keys whose maps have failed, in the order of {@link #failures}.
     *
     * @param type the class of the keys
     * @param <K> type of the keys
     * @return the keys, each once, without those that can't be decoded; empty if the exception was deserialized
     * @throws ClassCastException if a key has a different class
     */
    public <K> List<K> failedKeys(Class<K> type) {
        return failures().stream()
                .map(DrainException::key)
                .filter(Objects::nonNull)
                .filter(key -> type.isInstance(key) || !(key instanceof ByteString))
                .map(type::cast)
                .distinct()
                .toList();
    }

    /** {@return the number of displaced maps of the outer map that waited at the end of the drain} */
    public int waiting() {
        return waiting;
    }
}
