/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.schema.MapKind;

/** The backend that a contract is proved for. */
public interface MapsUnderTest {
    /** Creates its maps. */
    MapFactory factory();

    /** Skips the test if the backend has no maps of this type. */
    default void assume(MapKind kind) {}

    /** Skips the test if the backend lacks this feature of newer kernels. */
    default void assume(KernelFeature feature) {}
}
