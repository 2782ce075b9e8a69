/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import java.time.Duration;

/**
 * What a {@link RequestServer} has done since it was started.
 *
 * @param served how many requests it has ended, each of a key that has an inner map now. A key whose map was taken out may have
 *     been requested again
 * @param missed how often programs missed these keys before
 * @param largestBatch the most requests that it has ended at once
 * @param longestWait no key was missed for longer, from its being noted (or the server's start) until programs found its map;
 *     keys aside that failed first, which the listener was told. It is a bound, as no clock is noted with a key: counted from
 *     when the server began to look and did not find it yet
 */
public record RequestStatistics(long served, long missed, int largestBatch, Duration longestWait) {
    static final RequestStatistics NONE = new RequestStatistics(0, 0, 0, Duration.ZERO);

    /** With one batch more, of so many keys that were missed so often. */
    RequestStatistics plus(int keys, long misses, Duration wait) {
        return new RequestStatistics(
                served + keys,
                missed + misses,
                Math.max(largestBatch, keys),
                wait.compareTo(longestWait) > 0 ? wait : longestWait);
    }
}
