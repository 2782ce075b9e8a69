/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMaps;
import org.junit.jupiter.api.Tag;

/** Proves {@link StressContract} for maps in the Java heap. */
@Tag("slow")
class HeapStressTest extends StressContract implements HeapMaps {}
