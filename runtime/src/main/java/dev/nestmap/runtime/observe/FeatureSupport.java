/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.observe;

import org.jspecify.annotations.Nullable;

/**
 * A feature of newer kernels that Nestmap or BPF programs can use, and whether the running kernel has it.
 *
 * @param name the feature's name, such as {@code RHASH}
 * @param isPresent whether the running kernel has the feature
 * @param since the Linux version that introduced the feature, such as {@code 7.2}
 * @param option the build option that the kernel also needs, such as {@code CONFIG_NETKIT}; null if it needs none
 */
public record FeatureSupport(
        String name,
        boolean isPresent,
        String since,
        @Nullable String option) {}
