/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;

/** A drain leaves an empty hash in the kernel in its slot. */
@KernelTest
class KernelEmptyMapsTest extends EmptyMapsContract implements KernelMaps {}
