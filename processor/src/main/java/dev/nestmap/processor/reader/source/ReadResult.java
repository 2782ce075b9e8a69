/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import dev.nestmap.processor.model.ObjectModel;
import java.util.Optional;

/**
 * The result of reading a top-level type.
 *
 * @param model the content of the type; empty if it has problems
 * @param problems its problems
 * @param header the place of the header's name
 */
public record ReadResult(Optional<ObjectModel> model, Problems problems, SourceLocation header) {}
