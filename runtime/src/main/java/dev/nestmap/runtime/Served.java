/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keys that programs missed and that now have an inner map.
 *
 * @param missed how often programs missed each key; 0 for a key that only user space requested
 * @param <K> type of the keys
 */
public record Served<K>(Map<K, Long> missed) {
    /**
     * Copies the map.
     *
     * @param missed how often programs missed each key
     */
    public Served {
        missed = Collections.unmodifiableMap(new LinkedHashMap<>(missed));
    }

    /** {@return how often programs missed all of these keys together} */
    public long total() {
        return missed.values().stream().mapToLong(Long::longValue).sum();
    }
}
