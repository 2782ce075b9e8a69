/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.nestmap.processor.binding.Conversion;
import dev.nestmap.processor.binding.ValueConversion;
import dev.nestmap.schema.Scalar;
import java.net.Inet4Address;
import java.util.Optional;
import javax.lang.model.type.TypeKind;

/** {@link Inet4Address}: {@code __be32}. */
record InetReader(WidthCheck widths) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return component.type().getKind() == TypeKind.DECLARED
                && MoreTypes.isTypeOf(Inet4Address.class, component.type());
    }

    @Override
    public Optional<Conversion> read(Component component) {
        widths.none(component, "an IPv4 address is __be32", "Inet4Address without an annotation");
        TypeName type = ClassName.get(Inet4Address.class);
        return Optional.of(new ValueConversion(Scalar.BE32, type, "Inet4"));
    }
}
