/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

import java.time.Duration;

/**
 * Keys that programs missed in an {@code @OnDemand} outer map, and for which a request server has now created inner maps.
 *
 * @param map name of the outer map in C
 * @param keys number of keys
 * @param count how often programs missed these keys
 * @param longestWait upper bound of the time from a key's first miss until programs found its map, as in {@link
 *     dev.nestmap.runtime.RequestStatistics#longestWait}
 */
public record Misses(String map, long keys, long count, Duration longestWait) {}
