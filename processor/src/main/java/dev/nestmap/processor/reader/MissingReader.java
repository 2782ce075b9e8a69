/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import dev.nestmap.processor.binding.Conversion;
import java.util.Optional;
import javax.lang.model.type.TypeKind;

/** A type that is not there, or not yet. */
record MissingReader(Problems problems) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return component.type().getKind() == TypeKind.ERROR;
    }

    @Override
    public Optional<Conversion> read(Component component) {
        problems.missing();
        return Optional.empty();
    }
}
