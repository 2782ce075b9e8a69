/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;

/** Proves {@link RecyclingContract} for maps in the kernel. */
@KernelTest
class KernelRecyclingTest extends RecyclingContract implements KernelMaps {}
