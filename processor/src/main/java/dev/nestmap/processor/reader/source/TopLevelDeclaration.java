/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.schema.Schema;

/**
 * The content of a top-level type, for C and for Java.
 *
 * @param schema the maps and types in C and BTF
 * @param prefix the prefix of the names in C, or empty
 * @param model the model of the generated classes
 */
public record TopLevelDeclaration(Schema schema, String prefix, ObjectModel model) {}
