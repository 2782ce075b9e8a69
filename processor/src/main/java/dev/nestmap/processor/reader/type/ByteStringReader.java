/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.palantir.javapoet.ClassName;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.ValueConversion;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.types.ByteString;
import java.util.List;
import java.util.Optional;

/** {@link ByteString}: {@code __u8[n]}. */
record ByteStringReader(WidthCheck widths) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return component.is(ByteString.class);
    }

    @Override
    public Optional<Conversion> read(Component component) {
        widths.reject(component, "a ByteString is __u8[n] in C", "ByteString with @Size only, or an array");
        int size = component.size();
        return Optional.of(new ValueConversion(
                new ArrayType(Scalar.U8, size),
                ClassName.get(ByteString.class),
                "ByteString",
                List.of(size),
                List.of(size)));
    }
}
