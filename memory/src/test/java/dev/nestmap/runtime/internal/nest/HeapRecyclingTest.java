/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.memory.heap.HeapMaps;

/** Proves {@link RecyclingContract} for maps in the Java heap. */
class HeapRecyclingTest extends RecyclingContract implements HeapMaps {}
