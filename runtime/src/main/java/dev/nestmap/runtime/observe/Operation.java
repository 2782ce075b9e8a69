/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

import java.time.Duration;

/**
 * The result of an operation. Numbers that do not apply to its kind are zero.
 *
 * @param kind the kind of operation
 * @param name name of the map in C; for {@link Kind#LOAD}, of the object
 * @param changed number of changed slots; for {@link Kind#LOAD}, {@link Kind#RECOVER} and {@link Kind#MIGRATE}, the number of maps that were loaded,
 *     found or filled
 * @param failed number of slots whose change failed, or 1 if the operation failed as a whole. A slot that needed no change, because it was already
 *     empty or occupied, is in neither number
 * @param duration time from the start to the end
 */
public record Operation(Kind kind, String name, long changed, long failed, Duration duration) {
    /** The kinds of operations. */
    public enum Kind {
        /** The load of an object: comparison with the records, load into the kernel, pins. */
        LOAD,

        /** The creation of inner maps in empty slots, including on demand. */
        CREATE,

        /** The replacement of inner maps with filled ones. The previous maps are freed with their entries. */
        REPLACE,

        /** The use of inner maps that programs can't write in additional slots ({@code share}). */
        SHARE,

        /** The rotation of inner maps. */
        ROTATE,

        /** The removal of inner maps from their slots, when the caller gets them ({@code take}). */
        TAKE,

        /** The removal of inner maps from their slots, when their counts are lost ({@code discard}). */
        DISCARD,

        /**
         * A system call that changes entries of an outer map, as a part of one or several other operations. If it succeeds, the kernel has
         * waited for a grace period.
         */
        PUBLISH,

        /** The search for displaced maps that ended processes did not acknowledge. */
        RECOVER,

        /** The upgrade of a pinned map. */
        MIGRATE
    }
}
