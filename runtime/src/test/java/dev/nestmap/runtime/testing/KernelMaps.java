/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.schema.MapKind;

/** Proves a contract for maps in the kernel. */
public interface KernelMaps extends MapsUnderTest {
    @Override
    default MapFactory factory() {
        return new KernelMapFactory();
    }

    @Override
    default void assume(MapKind kind) {
        KernelAssumptions.assume(kind);
    }

    @Override
    default void assume(KernelFeature feature) {
        KernelAssumptions.assume(feature);
    }
}
