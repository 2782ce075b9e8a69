/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.palantir.javapoet.TypeName;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.ScalarConversion;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.ListType;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.Width;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.Scalar;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.type.TypeKind;

/** {@code byte}, {@code short}, {@code int} and {@code long}, with or without a width. */
record IntegerReader(Problems problems) implements ComponentReader {
    /** Java's integers, narrowest first, with their C types if there is no width annotation. */
    private static final Map<TypeKind, Scalar> OWN_TYPE = Map.of(
            TypeKind.BYTE, Scalar.S8, TypeKind.SHORT, Scalar.S16, TypeKind.INT, Scalar.S32, TypeKind.LONG, Scalar.S64);

    @Override
    public boolean reads(Component component) {
        return OWN_TYPE.containsKey(component.type().getKind());
    }

    @Override
    public Optional<Conversion> read(Component component) {
        Scalar own = OWN_TYPE.get(component.type().getKind());
        if (own == null) {
            throw new IllegalArgumentException(component.qualifiedName());
        }
        Optional<Width> width = component.width(problems);
        Scalar scalar = width.map(Width::scalar).orElse(own);
        if (scalar.size() > own.size()) {
            problems.error(
                    component.place(),
                    Rule.WIDTH_DOES_NOT_FIT,
                    width.get().spelling(),
                    component.qualifiedName(),
                    component.whole().typeName(),
                    scalar.spelling() + " has " + 8 * scalar.size() + " bits, " + component.typeName() + " has "
                            + 8 * own.size(),
                    "@" + width.get().spelling() + " " + javaTypeFor(scalar, component.whole())
                            + ", or a narrower annotation");
            return Optional.empty();
        }
        return Optional.of(new ScalarConversion(scalar, TypeName.get(component.type()), width.isPresent()));
    }

    /** The Java type that a message proposes for a component with values of this scalar. */
    private static String javaTypeFor(Scalar scalar, Component component) {
        String one = javaTypeFor(scalar);
        if (ListType.of(component).isPresent()) {
            return one.equals("long") ? "LongList" : one + "[]";
        }
        return one + "[]".repeat(component.dimensions());
    }

    /** The Java type that a message proposes for one value of this scalar. */
    private static String javaTypeFor(Scalar scalar) {
        if (scalar.size() > Long.BYTES) {
            return "BigInteger";
        }
        return scalar.size() * 8 < 32 || scalar == Scalar.S32 ? "int" : "long";
    }
}
