/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;
import org.junit.jupiter.api.Tag;

/** Proves {@link BatchContract} for maps in the kernel. */
@KernelTest
@Tag("both-jdks")
class KernelBatchTest extends BatchContract implements KernelMaps {}
