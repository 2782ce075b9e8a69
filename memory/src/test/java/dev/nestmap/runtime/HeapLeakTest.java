/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMaps;

/** Proves {@link LeakContract} for maps in the Java heap. */
class HeapLeakTest extends LeakContract implements HeapMaps {}
