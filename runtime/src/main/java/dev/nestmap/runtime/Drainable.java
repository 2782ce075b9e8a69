/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import com.google.errorprone.annotations.CheckReturnValue;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.DrainException;
import java.util.Collection;
import java.util.List;

/**
 * Drains, rotations and removals of many keys of an outer map. An {@link OuterAccessor} refuses them if programs may still write to a displaced
 * map. {@link OuterMapExpert#unchecked} returns the same operations without this check.
 *
 * <p>A drain puts empty maps into slots, passes the displaced maps to an action, and acknowledges each map after its action has returned. It
 * has three steps:
 *
 * <ol>
 *   <li>It passes the waiting maps of its keys, oldest first. If the outer map is pinned, these include maps that earlier processes
 *       displaced. This step leaves out maps whose last action has failed in this process.
 *   <li>It rotates the keys without waiting maps of this version and passes their maps. In one grace period, it rotates at most a quarter as many
 *       keys as this process may open files. A drain skips hashes that have no entries and can't have refused additions. A drain that is {@linkplain
 *       OuterMapExpert#unchecked unchecked} or empties the slots skips nothing.
 *   <li>It passes the maps that the first two steps left out, those that have failed last. Then it rotates the remaining keys.
 * </ol>
 *
 * <p>When a drain returns, all counts that its keys had before the call are acknowledged. There is one exception: other code may hold a ticket for a
 * key, for example because an action {@linkplain Displaced#keep keeps} it. Until that ticket ends, drains that put empty maps into slots leave this
 * key out.
 *
 * <p><b>If the action throws an exception</b>, its map waits. The drain continues with the other maps. At its end, it throws a {@link DrainException}
 * with all failures. After ten failures in a row, the drain continues with its next step. So if a database is down, a drain tries at most 30 actions.
 * Even if the action always fails, programs keep counting in the slot, and at most one displaced map of a version waits for each key.
 *
 * <p><b>A drain ends at once</b>, and its other maps wait, if the action throws an {@link InterruptedException} or an {@code Error} (which the drain
 * then throws), if the action throws while the thread is interrupted, or if the outer map is closed.
 *
 * <p>Drains of the same key run one after the other. An action runs on the thread of the caller.
 *
 * @param <K> type of the keys
 * @param <M> type of handles to inner maps
 */
public sealed interface Drainable<K, M extends MapAccessor> permits OuterAccessor, SlotDrains {
    /**
     * Drains all inner maps, and all displaced maps that wait.
     *
     * @param action stores the counts of each map
     * @return the number of maps that were acknowledged
     * @throws DrainException after the drain, if the action has thrown exceptions
     * @throws BatchException after the drain, if some maps could not be rotated; the action has received all other maps. If an action has failed,
     *     too, the drain throws a {@code DrainException}, which has this exception as a suppressed one
     * @throws BpfException if a program may still write to a map, or if the kernel rejects the operation
     * @throws IllegalStateException if this thread is in an action of a drain
     */
    long drainAll(Displaced.Action<? super K, ? super M> action);

    /**
     * Drains the inner maps at several keys.
     *
     * @param keys the keys
     * @param action stores the counts of each map
     * @return the number of maps that were acknowledged
     * @throws DrainException after the drain, if the action has thrown exceptions
     * @throws BatchException after the drain, if some maps could not be rotated; the action has received all other maps. If an action has failed,
     *     too, the drain throws a {@code DrainException}, which has this exception as a suppressed one
     * @throws BpfException if a program may still write to a map, or if the kernel rejects the operation
     * @throws IllegalStateException if this thread is in an action of a drain
     */
    long drainAll(Collection<? extends K> keys, Displaced.Action<? super K, ? super M> action);

    /**
     * Drains all inner maps and all displaced maps that wait, and leaves all slots empty.
     *
     * @param action stores the counts of each map
     * @return the number of maps that were acknowledged
     * @throws DrainException after the drain, if the action has thrown exceptions
     * @throws BatchException after the drain, if some maps could not be taken out; the action has received all other maps. If an action has failed,
     *     too, the drain throws a {@code DrainException}, which has this exception as a suppressed one
     * @throws BpfException if a program may still write to a map, or if the kernel rejects the operation
     * @throws IllegalStateException if this thread is in an action of a drain
     */
    long drainLastAll(Displaced.Action<? super K, ? super M> action);

    /**
     * Drains the inner maps at several keys, and leaves their slots empty.
     *
     * @param keys the keys
     * @param action stores the counts of each map
     * @return the number of maps that were acknowledged
     * @throws DrainException after the drain, if the action has thrown exceptions
     * @throws BatchException after the drain, if some maps could not be taken out; the action has received all other maps. If an action has failed,
     *     too, the drain throws a {@code DrainException}, which has this exception as a suppressed one
     * @throws BpfException if a program may still write to a map, or if the kernel rejects the operation
     * @throws IllegalStateException if this thread is in an action of a drain
     */
    long drainLastAll(Collection<? extends K> keys, Displaced.Action<? super K, ? super M> action);

    /**
     * Rotates several inner maps in one grace period. See {@link OuterAccessor#rotateAt}. The maps are replaced one after the other, not at the
     * same moment.
     *
     * @param keys the keys
     * @return the displaced maps, in the order of the keys; keys without an inner map are left out
     * @throws BatchException if some maps could not be rotated; the maps that were rotated wait
     * @throws BpfException if a program may still write to one of the maps, or if too many displaced maps wait; no map is rotated
     */
    @CheckReturnValue
    List<Displaced<K, M>> rotateAll(Collection<? extends K> keys);

    /**
     * Takes several inner maps out of their slots, which stay empty. See {@link OuterAccessor#takeAt}. In a {@code HASH_OF_MAPS}, all keys share one
     * grace period. In an {@code ARRAY_OF_MAPS}, up to 64 keys share a grace period, because the kernel can't delete from arrays in batches.
     *
     * @param keys the keys
     * @return the displaced maps, in the order of the keys; keys without an inner map are left out
     * @throws BatchException if some maps could not be taken out; the maps that were taken out wait
     * @throws BpfException if a program may still write to one of the maps, or if too many displaced maps wait; no map is taken out
     */
    @CheckReturnValue
    List<Displaced<K, M>> takeAll(Collection<? extends K> keys);
}
