/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;

/** Proves {@link OuterChangeContract} for maps in the kernel. */
@KernelTest
class KernelOuterChangeTest extends OuterChangeContract implements KernelMaps {}
