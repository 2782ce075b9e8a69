/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import dev.nestmap.runtime.internal.map.BatchContract;

/** Proves {@link BatchContract} for maps in the Java heap. */
class HeapBatchTest extends BatchContract implements HeapMaps {}
