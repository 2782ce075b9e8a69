/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@linkplain dev.nestmap.schema.rules.Rule catalogue} of mistakes, and the {@linkplain dev.nestmap.schema.rules.RecordRules checks}
 * that find in a schema what the kernel, libbpf or C would refuse or misread.
 */
@NullMarked
package dev.nestmap.schema.rules;

import org.jspecify.annotations.NullMarked;
