/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Handles to open maps, and the owners that close the maps.
 *
 * <p>An {@code OpenMap} is a handle to a {@code RawMap}, which has the file descriptor. Several handles may refer to one raw map. Exactly
 * one owner closes it:
 *
 * <table>
 *   <caption>Who owns a map</caption>
 *   <tr><th>map</th><th>owner</th><th>how the owner ends it</th></tr>
 *   <tr><td>plain or outer map of a loaded object</td><td>the object's {@code ObjectBackend}</td><td>{@code LoadedState} revokes the
 *   handle, then
 *       the backend closes the map</td></tr>
 *   <tr><td>map that was opened or created without an object</td><td>the user, through the handle in an {@code ObjectlessMap}</td><td>{@code
 *       close}</td></tr>
 *   <tr><td>inner map in a slot</td><td>{@code KnownInnerMaps} of its outer map. The users' handles are borrowed</td><td>{@code close}, when the map
 *       has left its last slot, or the outer map is closed</td></tr>
 *   <tr><td>displaced inner map</td><td>{@code DisplacedMaps} of its outer map, or the user, through a ticket</td><td>{@code acknowledge} or {@code
 *       discard} of the ticket</td></tr>
 * </table>
 *
 * <p>{@code rotate} and {@code take} revoke the borrowed handle of the map that leaves its slot, and return a ticket with a new handle to the same raw
 * map ({@code OpenMap.release}). If the map is shared, the borrowed handle stays valid, and the owned handle has its own descriptor.
 *
 * <p>{@code CallGate} ends the use of a handle in other threads. {@code HandleLeakWatch} frees a map, an outer map with its inner maps, or an object
 * that became garbage before it was closed. The {@code HandleEndAction} of a handle runs when the handle ends: it removes a draining pin, or
 * keeps the map. {@code EntryBatchReader} looks up several entries through a handle.
 *
 * <p>If a {@code VirtualMachineError} ends a call, or an operation of several steps ({@code OpenMap.operation}), {@code ObjectFailure} makes the
 * object fail: its maps reject all later calls. Other code needs no care for a full heap.
 */
@NullMarked
package dev.nestmap.runtime.internal.open;

import org.jspecify.annotations.NullMarked;
