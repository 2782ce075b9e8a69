/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMaps;

/** Proves {@link StressContract} for maps in the Java heap. */
class HeapStressTest extends StressContract implements HeapMaps {}
