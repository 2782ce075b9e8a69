/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

import java.time.Duration;

/**
 * What an operation has done. Numbers and times that its kind does not have are zero.
 *
 * @param kind the kind of operation
 * @param name name of the map in C; of the object for {@link Kind#LOAD}
 * @param changed number of slots that were changed; for {@link Kind#LOAD}, {@link Kind#RECOVER} and {@link
 *     Kind#MIGRATE} the number of maps that were loaded, handed out or filled
 * @param failed number of slots whose change failed, or 1 if an operation failed as a whole. A slot that needed no change, because it was
 *     empty or occupied, is neither changed nor failed
 * @param entries number of entries that a migration has copied
 * @param duration time from the start to the end
 * @param lockWait part of the duration that the operation waited for other changes of the same keys, by threads of this process or by other
 *     processes
 * @param publishWait part of the duration that the operation waited until the kernel had changed the slots and no running program used the
 *     previous maps: mostly the grace period
 */
public record Operation(
        Kind kind,
        String name,
        long changed,
        long failed,
        long entries,
        Duration duration,
        Duration lockWait,
        Duration publishWait) {
    /** The kinds of operations. */
    public enum Kind {
        /** The load of an object, from the comparison with its records to its pins. */
        LOAD,

        /** The creation of inner maps in empty slots, also on demand. */
        CREATE,

        /** The swap of inner maps for others that the caller owned. */
        SWAP,

        /** The put of borrowed inner maps into more slots. */
        SHARE,

        /** The rotation of inner maps. */
        ROTATE,

        /** The removal of inner maps that the caller receives. */
        TAKE,

        /** The removal of inner maps that are closed. */
        DISCARD,

        /**
         * One system call that changes entries of an outer map, as a part of one or several other operations. If it succeeds, the kernel has
         * waited for one grace period.
         */
        PUBLISH,

        /** The recovery of inner maps that ended processes did not drain. */
        RECOVER,

        /** The migration of a pinned map. */
        MIGRATE
    }
}
