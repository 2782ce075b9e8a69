/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

/** The kinds of {@link Operation}. */
public enum OperationKind {
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
