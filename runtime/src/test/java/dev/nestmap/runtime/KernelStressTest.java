/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;

/** Proves {@link StressContract} for maps in the kernel. */
@KernelTest
class KernelStressTest extends StressContract implements KernelMaps {}
