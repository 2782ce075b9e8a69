/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.reader.source.Component;
import java.util.Optional;

/** Reads the components of some Java types: one small class for each kind of type. */
interface ComponentReader {
    /** Whether this reader is for components of this one's Java type. */
    boolean reads(Component component);

    /** How the component's values become bytes; empty where that was refused, and the reason reported. */
    Optional<Conversion> read(Component component);
}
