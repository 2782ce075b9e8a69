/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@linkplain dev.nestmap.lint.rules.Rule catalogue} of mistakes, and the {@linkplain dev.nestmap.lint.rules.RecordRules checks}
 * that find in a schema what the kernel, libbpf or C would refuse or misread.
 */
@NullMarked
package dev.nestmap.lint.rules;

import org.jspecify.annotations.NullMarked;
