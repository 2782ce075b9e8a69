/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the kernel, libbpf and C demand of a schema, as a {@linkplain dev.nestmap.schema.rules.Rule catalogue} of everything
 * that can be wrong and pure {@linkplain dev.nestmap.schema.rules.KernelRules functions} that find it.
 */
@NullMarked
package dev.nestmap.schema.rules;

import org.jspecify.annotations.NullMarked;
