/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
import java.util.Optional;
import javax.lang.model.type.TypeKind;

/** A type that does not exist yet. */
record MissingTypeReader(Problems problems) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return component.type().getKind() == TypeKind.ERROR;
    }

    @Override
    public Optional<Conversion> read(Component component) {
        problems.addMissingType();
        return Optional.empty();
    }
}
