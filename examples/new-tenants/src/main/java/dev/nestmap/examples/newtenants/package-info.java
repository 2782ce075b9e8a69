/* SPDX-License-Identifier: Apache-2.0 */
/** Counts for tenants that nobody has announced: their inner maps are made when the program first misses them. */
@NullMarked
package dev.nestmap.examples.newtenants;

import org.jspecify.annotations.NullMarked;
