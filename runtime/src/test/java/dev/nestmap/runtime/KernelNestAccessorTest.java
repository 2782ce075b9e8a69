/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTestOnOneJdk;

/** Proves {@link NestAccessorContract} for maps in the kernel. */
@KernelTestOnOneJdk
class KernelNestAccessorTest extends NestAccessorContract implements KernelMaps {}
