/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Pinned maps: their paths, the pins of inner maps, and the comparison of pinned maps with the records.
 *
 * <p>{@code PinPaths} has the paths of a map's pin and of the pins beside it.
 *
 * <p><b>Find and create.</b> {@code PinnedMapMatcher} finds existing maps, and reads from them the attributes that the records leave out.
 * {@code ExistingMapCheck} compares them with the schema, and {@code MismatchExplanation} explains a difference. {@code
 * InnerMapSampleFinder} finds a sample of an outer map's inner maps. {@code MapPins} pins prototypes beside outer maps. {@code
 * ObjectlessMapOpener} uses all of these to open and create outer maps without an object.
 *
 * <p><b>Changes of slots.</b> {@code PinnedNest} keeps the pins of inner maps up to date. {@code DrainingPins} has the pins of displaced
 * maps, and decides which process and thread may hand them out. {@code PinRepair} repairs the pins after a crash during a change. {@code
 * PinLock} excludes changes by other processes.
 */
@NullMarked
package dev.nestmap.runtime.internal.pin;

import org.jspecify.annotations.NullMarked;
