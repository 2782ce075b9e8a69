/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.sizes;

import dev.nestmap.tests.sizes.SizedBpf.Sizes;

/** Proves {@link LoadTimeSizesContract} for maps in the Java heap. */
class HeapLoadTimeSizesTest extends LoadTimeSizesContract {
    @Override
    SizedBpf load(Sizes sizes) {
        return SizedBpf.inMemory(sizes);
    }
}
