/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Models the declarations of a BPF object: its maps and the layout of their keys and values.
 *
 * <p>A {@link dev.nestmap.schema.Schema} contains only what C and BTF can express. Records, a {@linkplain
 * dev.nestmap.schema.text.SchemaText schema text} and an object file all yield the same type. So one {@linkplain
 * dev.nestmap.schema.compare.SchemaComparison comparison} serves the loader, the build and the comparison of two versions.
 */
@NullMarked
package dev.nestmap.schema;

import org.jspecify.annotations.NullMarked;
