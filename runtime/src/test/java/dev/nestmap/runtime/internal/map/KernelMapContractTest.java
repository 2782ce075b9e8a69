/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;
import org.junit.jupiter.api.Tag;

/** Proves {@link MapContract} for maps in the kernel. */
@KernelTest
@Tag("both-jdks")
class KernelMapContractTest extends MapContract implements KernelMaps {}
