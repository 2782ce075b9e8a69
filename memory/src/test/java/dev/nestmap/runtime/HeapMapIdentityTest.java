/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMaps;

/** Proves {@link MapIdentityContract} for maps in the Java heap. */
class HeapMapIdentityTest extends MapIdentityContract implements HeapMaps {}
