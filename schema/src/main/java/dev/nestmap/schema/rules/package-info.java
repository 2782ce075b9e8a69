/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@linkplain dev.nestmap.schema.rules.Rule catalogue} of mistakes, and the {@linkplain dev.nestmap.schema.rules.KernelRules checks}
 * that find in a schema what the kernel, libbpf or C would refuse.
 */
@NullMarked
package dev.nestmap.schema.rules;

import org.jspecify.annotations.NullMarked;
