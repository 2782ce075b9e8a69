/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

/** Map types of an {@link OuterMap}, with the names of {@code enum bpf_map_type} in {@code linux/bpf.h}. */
public enum OuterType {
    /** A hash map of maps. The key has any type. A lookup by a program takes about 30 ns longer than in an ARRAY_OF_MAPS. */
    HASH_OF_MAPS,
    /** An array of maps. The key is an index from 0 to {@code maxEntries - 1}. */
    ARRAY_OF_MAPS
}
