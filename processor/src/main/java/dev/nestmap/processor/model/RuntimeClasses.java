/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.Scalar;
import java.util.Arrays;
import java.util.Locale;

/** The names of the runtime's classes in generated code. The processor does not depend on the runtime. */
public final class RuntimeClasses {
    private static final String RUNTIME = "dev.nestmap.runtime";

    public static final ClassName SCALARS = codec("Scalars");
    public static final ClassName ARRAY_BYTES = codec("ArrayBytes");
    public static final ClassName VALUE_BYTES = codec("ValueBytes");
    public static final ClassName CODEC = codec("Codec");
    public static final ClassName ENTRY_CODEC = codec("EntryCodec");
    public static final ClassName OBJECT_SPEC = spi("ObjectSpec");
    public static final ClassName OBJECT_BINDING = spi("ObjectBinding");
    public static final ClassName MAP_BINDING = spi("MapBinding");

    public static final ClassName PROGRAM = attach("Program");

    public static final ClassName BPF_EXCEPTION = ClassName.get(RUNTIME + ".error", "BpfException");

    public static final ClassName PLANNED_UPGRADE = ClassName.get(RUNTIME + ".pin", "PlannedUpgrade");

    public static final ClassName NULL_MARKED = ClassName.get("org.jspecify.annotations", "NullMarked");
    public static final ClassName NULLABLE = NULL_MARKED.peerClass("Nullable");

    /** Error Prone and IntelliJ IDEA warn if the result of a method with this annotation is ignored. */
    public static final ClassName CHECK_RETURN_VALUE =
            ClassName.get("com.google.errorprone.annotations", "CheckReturnValue");

    public static final ClassName DRAIN_EXCEPTION = ClassName.get(RUNTIME + ".error", "DrainException");

    private RuntimeClasses() {}

    /** A type of the package for programs and links, {@code Kprobe.Multi} for a nested one. */
    public static ClassName attach(String name) {
        return nested(RUNTIME + ".attach", name);
    }

    /**
     * A class of the runtime's package {@code dev.nestmap.runtime}: an accessor or something that accessors return. A nested one is
     * {@code OnDemandServer.Listener}.
     */
    public static ClassName api(String name) {
        return nested(RUNTIME, name);
    }

    /** Such a class with type arguments. */
    public static ParameterizedTypeName api(String name, TypeName... arguments) {
        return ParameterizedTypeName.get(api(name), arguments);
    }

    private static ClassName nested(String packageName, String name) {
        String[] names = name.split("\\.", -1);
        return ClassName.get(packageName, names[0], Arrays.copyOfRange(names, 1, names.length));
    }

    /** A place in a buffer, as two arguments of the runtime's methods: {@code to, at + 8}. */
    public static CodeBlock place(String buffer, long offset) {
        return CodeBlock.of("$L, $L", buffer, offset("at", offset));
    }

    /** An offset from a variable: {@code at + 8}. */
    public static CodeBlock offset(String variable, long offset) {
        return offset == 0 ? CodeBlock.of("$L", variable) : CodeBlock.of("$L + $L", variable, offset);
    }

    /**
     * An expression that writes an integer.
     *
     * @param wider whether the Java type has values that the C type doesn't have
     */
    static CodeBlock put(Scalar scalar, CodeBlock place, CodeBlock value, boolean wider, String component) {
        return wider
                ? CodeBlock.of("$T.put$L($L, $L,$W$S)", SCALARS, suffix(scalar), place, value, component)
                : CodeBlock.of("$T.put$L($L, $L)", SCALARS, suffix(scalar), place, value);
    }

    /** An expression that reads an integer as a {@code long}. */
    static CodeBlock get(Scalar scalar, CodeBlock place) {
        return CodeBlock.of("$T.get$L($L)", SCALARS, suffix(scalar), place);
    }

    /** The end of the names of the runtime's methods that write and read an integer: {@code Be16} of {@code putBe16}. */
    public static String suffix(Scalar scalar) {
        return scalar.name().charAt(0) + scalar.name().substring(1).toLowerCase(Locale.ROOT);
    }

    private static ClassName codec(String name) {
        return ClassName.get(RUNTIME + ".codec", name);
    }

    private static ClassName spi(String name) {
        return ClassName.get(RUNTIME + ".spi", name);
    }
}
