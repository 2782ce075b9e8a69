/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/** Map types that an {@link OuterMap} can have, by the kernel's names. */
public enum OuterType {
    /** Inner maps by a key of any type. A program's lookup costs some 30 ns more than an array's. */
    HASH_OF_MAPS,
    /** Inner maps by an index from 0 to {@code maxEntries - 1}. */
    ARRAY_OF_MAPS
}
