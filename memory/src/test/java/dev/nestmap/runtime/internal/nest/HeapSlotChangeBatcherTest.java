/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.memory.heap.HeapMaps;

/** Proves {@link SlotChangeBatcherContract} for maps in the Java heap. */
class HeapSlotChangeBatcherTest extends SlotChangeBatcherContract implements HeapMaps {}
