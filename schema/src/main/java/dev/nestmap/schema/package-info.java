/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The model of a BPF object's declarations: its maps and the layout of their keys and values.
 *
 * <p>A {@link dev.nestmap.schema.Schema} contains only what C and BTF can express. Nestmap reads it from records, from a {@linkplain
 * dev.nestmap.schema.text.SchemaText schema text} or from an object file. So the loader, the build and the comparison of two versions share
 * one {@linkplain dev.nestmap.schema.compare.SchemaComparison comparison}.
 */
@NullMarked
package dev.nestmap.schema;

import org.jspecify.annotations.NullMarked;
