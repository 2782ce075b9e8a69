/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMaps;

/** Proves {@link NestAccessorContract} for maps in the Java heap. */
class HeapNestAccessorTest extends NestAccessorContract implements HeapMaps {}
