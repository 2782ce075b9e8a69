/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An operation on several keys failed for some of them. For the others it took place. The kernel changes a map entry by entry,
 * and can't take back what it has done. Where it has changed an entry and what follows fails, as the move of a pin, this is
 * thrown for one key too: so that the map that was there is not lost.
 */
public final class BatchException extends BpfException {
    private static final long serialVersionUID = 1L;

    /** So many of the failures are in a stack trace. */
    private static final int SUPPRESSED_AT_MOST = 8;

    private final transient Map<Object, BpfException> failures;
    private final transient OwnedMaps<?, ?> displaced;

    /**
     * For the runtime.
     *
     * @param count of how many keys
     * @param failures why, by key; not empty
     * @param displaced the maps that were to be returned
     */
    BatchException(
            String operation, String map, int count, Map<Object, BpfException> failures, OwnedMaps<?, ?> displaced) {
        super(BpfException.of(operation)
                .map(map)
                .errno(first(failures).errnoNumber())
                .because(explanation(count, failures))
                .cause(first(failures)));
        this.failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
        this.displaced = displaced;
        failures.values().stream().skip(1).limit(SUPPRESSED_AT_MOST).forEach(this::addSuppressed);
    }

    /** Why it failed, by key. Lost when the exception is serialized. */
    public Map<Object, BpfException> failures() {
        return Objects.requireNonNullElse(failures, Map.of());
    }

    /**
     * The maps that the operation would have returned, of the keys for which it took place, or for which the entry was changed
     * at least: so no counts are lost. They are the caller's to close. Lost when the exception is serialized.
     */
    public OwnedMaps<?, ?> displaced() {
        return Objects.requireNonNullElse(displaced, OwnedMaps.of(Map.of()));
    }

    private static String explanation(int count, Map<Object, BpfException> failures) {
        if (count == 1) {
            return first(failures).getMessage();
        }
        String which = failures.size() == count
                ? "all " + count + " keys"
                : failures.size() + " of " + count + " keys, the others are done";
        return "for " + which + ". First: " + first(failures).getMessage();
    }

    private static BpfException first(Map<Object, BpfException> failures) {
        return failures.values().iterator().next();
    }
}
