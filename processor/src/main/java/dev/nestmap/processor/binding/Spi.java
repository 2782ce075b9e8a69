/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.binding;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import dev.nestmap.schema.Scalar;
import java.util.Locale;

/** The runtime's classes that generated code calls. Names only: the processor does not depend on the runtime. */
public final class Spi {
    public static final ClassName WIRE = spi("Wire");
    public static final ClassName WIRE_BITS = spi("WireBits");
    public static final ClassName WIRE_ARRAYS = spi("WireArrays");
    public static final ClassName WIRE_VALUES = spi("WireValues");
    public static final ClassName WIRE_UNIONS = spi("WireUnions");
    public static final ClassName WIRE_TIMES = spi("WireTimes");
    public static final ClassName CODEC = spi("Codec");
    public static final ClassName ENTRY_CODEC = spi("EntryCodec");
    public static final ClassName OBJECT_SPEC = spi("ObjectSpec");
    public static final ClassName OBJECT_BINDING = spi("ObjectBinding");
    public static final ClassName FAMILY = spi("Family");
    public static final ClassName MAP_HANDLE = spi("MapHandle");

    private Spi() {}

    /** A class of the runtime's public API. */
    public static ClassName api(String name) {
        return ClassName.get("dev.nestmap.runtime", name);
    }

    /** A place in a buffer, as the two arguments that the runtime's methods take: {@code to, at + 8}. */
    public static CodeBlock place(String buffer, long offset) {
        return offset == 0 ? CodeBlock.of("$L, at", buffer) : CodeBlock.of("$L, at + $L", buffer, offset);
    }

    /** An expression that writes an integer; {@code wider} when its Java type holds values that the C type doesn't. */
    static CodeBlock put(Scalar scalar, CodeBlock place, CodeBlock value, boolean wider, String component) {
        return wider
                ? CodeBlock.of("$T.put$L($L, $L, $S)", WIRE, name(scalar), place, value, component)
                : CodeBlock.of("$T.put$L($L, $L)", WIRE, name(scalar), place, value);
    }

    /** An expression that reads an integer as a {@code long}. */
    static CodeBlock get(Scalar scalar, CodeBlock place) {
        return CodeBlock.of("$T.get$L($L)", WIRE, name(scalar), place);
    }

    /** {@code Be16} for {@code BE16}. */
    private static String name(Scalar scalar) {
        return scalar.name().charAt(0) + scalar.name().substring(1).toLowerCase(Locale.ROOT);
    }

    private static ClassName spi(String name) {
        return ClassName.get("dev.nestmap.runtime.spi", name);
    }
}
