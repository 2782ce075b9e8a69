/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMaps;

/** Proves {@link LifecycleContract} for maps in the Java heap. */
class HeapLifecycleTest extends LifecycleContract implements HeapMaps {}
