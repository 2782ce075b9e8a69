/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/** How sure a rotation has to be that nobody writes to the map that it returns. */
public enum Exactness {
    /** Refuses where a program or another slot may go on writing. */
    EXACT,
    /** Rotates all the same; what is written after the rotation may be missing from what was read. */
    BEST_EFFORT
}
