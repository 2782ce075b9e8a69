/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The pin of a map, and the pins beside it.
 *
 * <p>{@code PinPaths} has the paths of these pins, {@code DeclaredPin} the pin that a record declares. {@code InnerMapSampleFinder} finds a
 * sample of an outer map's inner maps, with the prototype that is pinned beside the outer map or with its slots.
 *
 * <p>{@code ClaimedPin} excludes changes by other processes.
 */
@NullMarked
package dev.nestmap.runtime.internal.pin;

import org.jspecify.annotations.NullMarked;
