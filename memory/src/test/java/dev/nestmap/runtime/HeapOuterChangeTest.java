/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMaps;

/** Proves {@link OuterChangeContract} for maps in the Java heap. */
class HeapOuterChangeTest extends OuterChangeContract implements HeapMaps {}
