/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader;

import dev.nestmap.processor.binding.Conversion;
import dev.nestmap.processor.binding.WideConversion;
import dev.nestmap.schema.Scalar;
import dev.nestmap.schema.rules.Rule;
import java.math.BigInteger;
import java.util.Optional;

/** {@link BigInteger} with a width: {@code __int128}. Without one it has no size, which {@link NoCForm} says. */
record WideReader(Problems problems) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return component.is(BigInteger.class)
                && !Width.on(component.declaration()).isEmpty();
    }

    @Override
    public Optional<Conversion> read(Component component) {
        Optional<Width> width = component.width(problems);
        Optional<Scalar> scalar = width.map(Width::scalar).filter(type -> type == Scalar.U128 || type == Scalar.S128);
        if (scalar.isEmpty()) {
            problems.error(
                    component.place(),
                    Rule.WIDTH_DOES_NOT_FIT,
                    width.orElseThrow().spelling(),
                    component.qualifiedName(),
                    component.typeName(),
                    "a BigInteger stands for 128 bits",
                    "@U128 or @S128, or a long");
        }
        return scalar.map(WideConversion::new);
    }
}
