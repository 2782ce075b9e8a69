/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMaps;

/** Proves {@link DrainContract} for maps in the Java heap. */
class HeapDrainTest extends DrainContract implements HeapMaps {}
