/* SPDX-License-Identifier: Apache-2.0 */
/**
 * One outer map: its slots, the inner maps that this process has open, and changes of the slots.
 *
 * <p>A {@code Nest} is one outer map. Each call that changes its slots is a {@code SlotChangeRun}, with a {@code SlotChange} for each
 * slot. It lists the steps of a change. {@code SlotChangeQueue} gives one thread at a time the turn at the slots, which makes the changes of all callers that wait, and sends them
 * to the kernel together ({@code SlotChangeBatcher}). {@code Exactness} knows whether a rotation can be exact. {@code InnerMapDescriptors} creates new
 * inner maps, and rejects those that the outer map can't hold. {@code NestPins} creates, moves and removes the pins of a pinned outer map, and begins
 * with a table of their states. After a crash or a failure, {@code SlotComparison} makes them agree with the slots, and {@code ForeignPins} leaves the
 * files of others alone. The inner map that comes out of a slot is <em>outgoing</em> before the kernel's change and <em>displaced</em> after it: it is
 * closed or handed out.
 *
 * <p>{@code DisplacedMaps} has the displaced maps that nobody has acknowledged, each as a {@code DisplacedMap}: a handle owns it, or it waits. Its
 * pin keeps a waiting map, or, without a pin, the {@code DisplacedMap} keeps it open. The turn registers the map when the kernel has made the change, so
 * that it waits even if no handle to it can be created.
 *
 * <p>Ownership: {@code KnownInnerMaps} owns each inner map that is in a slot and open in this process, from just before it is published until it leaves
 * its slot. A map that goes into a slot is new, or one with settings that is in other slots, too. A map that comes out of a slot
 * goes to the {@code DisplacedMaps} and through a ticket to the user if the operation hands it out; otherwise it is closed. The package {@code open} lists the owners of other maps.
 *
 * <p>{@code OuterSlots} are the slots of the outer map: it finds an inner map among the {@code KnownInnerMaps} by the id in the slot, or opens it.
 * {@code KeyLocks} are the locks of drains. {@code DescriptorLimit} is the number of files that the process may open.
 * {@code SpareInnerMaps} are recycled for later rotations.
 *
 * <p>{@code KeyRequestTable} has the keys that programs miss in an outer map on demand. {@code RequestedKeys} reads them for a server, and leaves
 * out those that failed or were refused recently.
 */
@NullMarked
package dev.nestmap.runtime.internal.nest;

import org.jspecify.annotations.NullMarked;
