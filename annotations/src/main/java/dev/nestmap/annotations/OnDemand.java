/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On an {@link OuterMap} record: inner maps are made when a program first misses them. No program can make one, so the C helper
 * {@code tenant_lookup_or_request(id)} notes a missing key and counts what is missed, and the accessor's
 * {@code serveRequests()} makes the inner maps and tells the counts. They are noted in two small maps beside the outer map,
 * {@code tenant_requests} and {@code tenant_unnoted}, which are pinned where that is.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface OnDemand {
    /**
     * How many keys can be missing at the same time, from 1. What programs miss beyond them is counted in one sum for all
     * keys, and each of those keys is noted when there is room again.
     */
    long maxPending() default 1024;
}
