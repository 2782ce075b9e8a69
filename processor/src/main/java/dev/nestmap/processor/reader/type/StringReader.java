/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.ValueConversion;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.Optional;

/** {@link String}: {@code char[n]}, terminated by a zero. */
record StringReader(WidthCheck widths) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return component.is(String.class);
    }

    @Override
    public Optional<Conversion> read(Component component) {
        widths.reject(component, "a String is char[n] in C", "String with @Size only, or ByteString");
        int size = component.size();
        return Optional.of(new ValueConversion(
                new ArrayType(Scalar.CHAR, size),
                ClassName.get(String.class),
                "String",
                List.of(size, component.truncates()),
                List.of(size)));
    }
}
