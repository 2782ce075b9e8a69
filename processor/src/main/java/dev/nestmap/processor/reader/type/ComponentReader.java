/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.reader.source.Component;
import java.util.Optional;

/** Reads components of some Java types. Each kind of type has a small class that implements it. */
interface ComponentReader {
    /** Whether this reader reads components of this Java type. */
    boolean reads(Component component);

    /** How the component is written and read; empty if it was rejected, which is reported. */
    Optional<Conversion> read(Component component);
}
