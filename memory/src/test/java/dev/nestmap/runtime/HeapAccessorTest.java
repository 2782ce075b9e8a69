/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMaps;

/** Proves {@link AccessorContract} for maps in the Java heap. */
class HeapAccessorTest extends AccessorContract implements HeapMaps {}
