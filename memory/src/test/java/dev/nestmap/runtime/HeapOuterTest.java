/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMaps;

/** Proves {@link OuterContract} for maps in the Java heap. */
class HeapOuterTest extends OuterContract implements HeapMaps {}
