/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

import java.time.Duration;

/**
 * Keys of an {@code @OnDemand} outer map that programs missed, and that have an inner map now.
 *
 * @param map name of the outer map in C
 * @param keys number of keys
 * @param count how often programs missed these keys
 * @param longestWait upper bound of the time from a key's first miss until programs found its map, as in {@link
 *     dev.nestmap.runtime.RequestStatistics#longestWait}
 */
public record Misses(String map, long keys, long count, Duration longestWait) {}
