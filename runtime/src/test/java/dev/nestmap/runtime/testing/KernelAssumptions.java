/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.schema.MapKind;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/**
 * Skips tests that need a {@link KernelFeature} which the running kernel lacks. If the kernel's version says that it has the feature, the
 * test fails instead, so that a broken probe does not skip it unnoticed. A feature that depends on a build option too may be absent.
 */
public final class KernelAssumptions {
    private KernelAssumptions() {}

    /** Skips or fails the calling test if the running kernel lacks the feature. */
    public static void assume(KernelFeature feature) {
        assume(feature, feature.isPresent(), System.getProperty("os.version"));
    }

    /** Skips or fails the calling test if the running kernel has no maps of this type. */
    public static void assume(MapKind kind) {
        KernelFeature feature = KernelFeature.of(kind);
        if (feature != null) {
            assume(feature);
        }
    }

    static void assume(KernelFeature feature, boolean present, String runningVersion) {
        if (present) {
            return;
        }
        String missing = "Linux " + runningVersion + " has no " + feature + ", which came with " + feature.since();
        boolean optional = feature.option() != null;
        if (!optional && isAtLeast(runningVersion, feature.since())) {
            throw new AssertionError(missing);
        }
        Assumptions.abort(missing);
    }

    /** Whether a version such as {@code 6.12.0-cloud-amd64} is at least the other one, by its first two numbers. */
    public static boolean isAtLeast(String version, String other) {
        return Arrays.compare(version(version), version(other)) >= 0;
    }

    /** Major and minor version. */
    private static int[] version(String text) {
        return Arrays.stream(text.split("[.+-]"))
                .limit(2)
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
