/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import java.time.Duration;

/**
 * Counts of the requests that a {@link RequestServer} has served since it was started.
 *
 * @param served number of requests that ended because their keys now have an inner map. A key counts again if its map was taken out
 *     and programs missed it again
 * @param missed how often programs missed these keys
 * @param largestBatch largest number of requests that ended together
 * @param longestWait upper bound of the time from a key's first miss, or from the start of the server, until programs found its
 *     map. Keys whose first try failed don't count; the listener received their failures. The table records no times, so the time
 *     of a key is counted from the last read that did not find it yet
 */
public record RequestStatistics(long served, long missed, int largestBatch, Duration longestWait) {
    static final RequestStatistics NONE = new RequestStatistics(0, 0, 0, Duration.ZERO);

    /** Returns the statistics with one more batch. */
    RequestStatistics plus(int keys, long misses, Duration wait) {
        return new RequestStatistics(
                served + keys,
                missed + misses,
                Math.max(largestBatch, keys),
                wait.compareTo(longestWait) > 0 ? wait : longestWait);
    }
}
