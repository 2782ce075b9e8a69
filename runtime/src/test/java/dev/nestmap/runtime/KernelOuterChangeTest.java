/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.testing.KernelMaps;
import dev.nestmap.runtime.testing.KernelTestOnOneJdk;

/** Proves {@link OuterChangeContract} for maps in the kernel. */
@KernelTestOnOneJdk
class KernelOuterChangeTest extends OuterChangeContract implements KernelMaps {}
