/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keys that programs asked for and that have an inner map now.
 *
 * @param missed how often programs missed each key before; 0 for one that user space asked for
 * @param <K> type of the keys
 */
public record Served<K>(Map<K, Long> missed) {
    /** Copies the map. */
    public Served {
        missed = Collections.unmodifiableMap(new LinkedHashMap<>(missed));
    }

    /** How often programs missed these keys altogether. */
    public long total() {
        return missed.values().stream().mapToLong(Long::longValue).sum();
    }
}
