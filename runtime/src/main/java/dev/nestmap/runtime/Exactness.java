/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/** Guarantee that a rotation must give about later writes to the returned map. */
public enum Exactness {
    /**
     * Fails if another writer may still reach the map: if a sleepable program of the object uses the outer map, if the map is in a second
     * slot, or if another process owns the slots of the pinned outer map.
     */
    EXACT,
    /** Rotates in any case. Writes after the rotation may be missing from what the caller reads. */
    BEST_EFFORT
}
