/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.declaration;

import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.schema.Schema;

/**
 * What a top-level type declares: the C side and the Java side.
 *
 * @param schema what C and BTF see
 * @param binding what accessors need beside it
 */
public record Declaration(Schema schema, ObjectModel binding) {}
