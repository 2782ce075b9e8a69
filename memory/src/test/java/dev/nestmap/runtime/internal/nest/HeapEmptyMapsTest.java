/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.memory.heap.HeapMaps;

/** A drain leaves an empty hash in memory in its slot. */
class HeapEmptyMapsTest extends EmptyMapsContract implements HeapMaps {}
