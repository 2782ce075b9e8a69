/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that user space creates the inner maps of an {@link OuterMap} when programs first need them.
 *
 * <p>A program can't create an inner map. Instead, it calls the C helper {@code tenant_lookup_or_request(id)}, which stores a missing key in a table
 * and counts how often the key was missed. The accessor's {@code serveRequests()} creates the inner maps and reports the counts. The table is an
 * inner map of {@code tenant_requests}. To get a report, the server rotates this inner map. If the table is full, the map {@code tenant_uncounted}
 * counts the misses. If the outer map is pinned, these maps are pinned beside it.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface InnerMapsOnDemand {
    /**
     * {@return the number of missing keys that the table can hold, from 1 to 2<sup>27</sup>} If the table is full, programs count the misses
     * of other keys in {@code tenant_uncounted}. Once the table has room again, programs store such a key at its next miss.
     */
    long maxPending() default 1024;
}
