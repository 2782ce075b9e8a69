/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The state of one outer map: its slots and the inner maps that this process has open.
 *
 * <p>A change goes through these steps:
 *
 * <ol>
 *   <li>{@code OuterMapState} makes a {@code SlotChange} for each slot, and collects those of one call in {@code SlotChanges}. {@code
 *       Rotation} does this for rotations and takes. An {@code IncomingMap} is the inner map that goes into a slot. It remembers who owns
 *       the map if the change fails.
 *   <li>{@code SlotLocks} locks the slots, and {@code SlotPins} creates the pins that the change needs.
 *   <li>{@code Publisher} sends a {@code QueuedCall} for each change, an update or a delete of the entry. One {@code CallQueue} for updates
 *       and one for deletes send the calls that wait at the same time as one batch.
 *   <li>Each {@code SlotChange} is finished. The inner map that came out is <em>displaced</em>: {@code OpenInnerMaps} closes it or hands it
 *       out. The inner map that went in is <em>published</em>. {@code SlotPins} moves or removes the pins.
 * </ol>
 *
 * <p>Ownership: {@code OpenInnerMaps} owns each inner map that is in a slot and open in this process, from step 1 until the map leaves its
 * last slot. A map that goes in comes from a factory, which nobody else knows, or from the user, whose handle is invalid from then on. A
 * map that comes out goes to the user if the operation hands it out, and is closed otherwise. The package {@code handle} lists the owners
 * of other maps.
 *
 * <p>{@code InnerMaps} reads. It finds an inner map among the {@code OpenInnerMaps}, by the id that the slot holds, or opens it
 * ({@code InnerMapOpener}). {@code DescriptorBound} limits how many are open: {@code OpenInnerMaps} suspends idle ones, and resumes them.
 * {@code InnerEntries} reads entries of many inner maps at once, by the programs that {@code LazyNestReader} loads.
 */
@NullMarked
package dev.nestmap.runtime.internal.outer;

import org.jspecify.annotations.NullMarked;
