/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.memory.heap.HeapMaps;
import org.junit.jupiter.api.Tag;

/** Proves {@link LeakContract} for maps in the Java heap. */
@Tag("both-jdks")
class HeapLeakTest extends LeakContract implements HeapMaps {}
