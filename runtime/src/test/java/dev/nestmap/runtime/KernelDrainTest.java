/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTestOnOneJdk;
import org.junit.jupiter.api.Tag;

/** Proves {@link DrainContract} for maps in the kernel. */
@KernelTestOnOneJdk
@Tag("both-jdks")
class KernelDrainTest extends DrainContract implements KernelMaps {}
