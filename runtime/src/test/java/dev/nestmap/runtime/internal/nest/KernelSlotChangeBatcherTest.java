/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;

/** Proves {@link SlotChangeBatcherContract} for maps in the kernel. */
@KernelTest
class KernelSlotChangeBatcherTest extends SlotChangeBatcherContract implements KernelMaps {}
