/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/** A call to the kernel, or to memory in its place, that {@link MemoryFaults} can let fail. */
public enum MapCall {
    /** Creation of a map: of an inner map, after the object was created. */
    CREATE,

    /** Lookup of one entry. */
    LOOKUP,

    /** Update of one entry, or of a batch. In an outer map it puts inner maps into slots. */
    UPDATE,

    /** Deletion of one entry, or of a batch. */
    DELETE,

    /** Lookup and deletion in one step: of one entry, or of a batch. */
    TAKE,

    /** One step of an iteration. */
    ITERATE
}
