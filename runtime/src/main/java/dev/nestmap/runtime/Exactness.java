/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/** Guarantee that a rotation must give about later writes to the returned map. */
public enum Exactness {
    /** Fails if a program or another slot may still write to the map. */
    EXACT,
    /** Rotates in any case. Writes after the rotation may be missing from what the caller reads. */
    BEST_EFFORT
}
