/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a BPF object declares: its maps and the bytes of their keys and values.
 *
 * <p>A {@link dev.nestmap.schema.Schema} says only what C and BTF can say. Whether it was made from records, read from its
 * {@linkplain dev.nestmap.schema.text.SchemaText text} or from an object file, it is the same type; so the check when an object
 * is bound, the check of a build and the comparison of two versions are one {@linkplain dev.nestmap.schema.compare.SchemaComparison
 * comparison}.
 */
@NullMarked
package dev.nestmap.schema;

import org.jspecify.annotations.NullMarked;
