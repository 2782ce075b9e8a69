/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import dev.nestmap.schema.type.Scalar;
import java.util.Locale;

/**
 * A duration or an instant as a number of units.
 *
 * @param type the integer
 * @param javaType {@code Duration} or {@code Instant}
 * @param perSecond the number of units per second
 */
public record TimeConversion(Scalar type, ClassName javaType, long perSecond) implements Conversion {
    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        CodeBlock units = CodeBlock.of(
                "$T.units($L, $LL, $L, $S)",
                RuntimeClasses.VALUE_BYTES,
                value,
                perSecond,
                !isUnsignedLong(),
                component);
        return RuntimeClasses.put(type, place, units, type.size() < Long.BYTES, component);
    }

    @Override
    public CodeBlock read(CodeBlock place, String component) {
        return CodeBlock.of(
                "$T.$L($L, $LL, $L)",
                RuntimeClasses.VALUE_BYTES,
                javaType.simpleName().toLowerCase(Locale.ROOT),
                RuntimeClasses.get(type, place),
                perSecond,
                !isUnsignedLong());
    }

    /** Whether the C type has numbers outside {@code long}. */
    private boolean isUnsignedLong() {
        return type.size() == Long.BYTES && !type.signed();
    }
}
