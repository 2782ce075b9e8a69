/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

/** What a load does with the entries of a pinned map of another version. */
enum Treatment {
    /** The new inner maps start empty, and drains convert the old ones. */
    DRAIN,
    /** The new map has the same entries: programs only read them. */
    COPY,
    /** The old maps wait under their own text, because their entries have no place in this version, or programs may still write to a plain map. */
    KEEP
}
