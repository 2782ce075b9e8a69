/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTest;
import org.junit.jupiter.api.Tag;

/** Proves {@link DrainContract} for maps in the kernel. */
@KernelTest
@Tag("both-jdks")
class KernelDrainTest extends DrainContract implements KernelMaps {}
