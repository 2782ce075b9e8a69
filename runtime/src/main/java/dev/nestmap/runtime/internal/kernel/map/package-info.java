/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Maps in the kernel: their creation, entries, slots, streams of events and memory, and the programs and maps that use them.
 *
 * <p>A {@code KernelMap} owns its file descriptor, unless libbpf owns it as one of an object's maps. Operations on single entries of a map
 * allocate nothing.
 */
@NullMarked
package dev.nestmap.runtime.internal.kernel.map;

import org.jspecify.annotations.NullMarked;
