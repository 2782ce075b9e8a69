/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.model.BigIntegerConversion;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.Width;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.Scalar;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;

/**
 * {@link BigInteger} with a width annotation: {@code __int128}, or {@code __u64}. {@link UnsupportedTypeReader} rejects it without a width.
 */
record BigIntegerReader(Problems problems) implements ComponentReader {
    /** The types with values outside {@code long}. */
    private static final Set<Scalar> TYPES = Set.of(Scalar.U128, Scalar.S128, Scalar.U64, Scalar.BE64);

    @Override
    public boolean reads(Component component) {
        return component.is(BigInteger.class)
                && !Width.on(component.declaration()).isEmpty();
    }

    @Override
    public Optional<Conversion> read(Component component) {
        Optional<Width> width = component.width(problems);
        Optional<Scalar> scalar = width.map(Width::scalar).filter(TYPES::contains);
        if (scalar.isEmpty()) {
            problems.error(
                    component.place(),
                    Rule.WIDTH_DOES_NOT_FIT,
                    width.orElseThrow().spelling(),
                    component.qualifiedName(),
                    component.typeName(),
                    "a BigInteger holds an unsigned integer of 64 bits or an integer of 128 bits",
                    "@U128, @S128, @U64 or @Be64, or a long");
        }
        return scalar.map(BigIntegerConversion::new);
    }
}
