/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

/**
 * Numbers of additions that inner maps have refused.
 *
 * @param full because they were full
 * @param failed for another reason, or for one that is not known
 */
record RefusedAdditions(long full, long failed) {
    long sum() {
        return full + failed;
    }

    /** What has been added since an earlier time. */
    RefusedAdditions since(RefusedAdditions before) {
        return new RefusedAdditions(Math.max(0, full - before.full), Math.max(0, failed - before.failed));
    }
}
