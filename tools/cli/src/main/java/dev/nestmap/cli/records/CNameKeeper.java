/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.annotations.External;
import dev.nestmap.annotations.Name;
import dev.nestmap.header.ReservedNames;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.type.StructType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keeps the names of the C code if records can state them. */
final class CNameKeeper {
    /** The longest name that the kernel accepts in BTF. */
    private static final int MAX_LENGTH = 512;

    private final boolean hasHeader;
    private final Set<String> tags = new HashSet<>();
    private final Map<String, StructType> valueStructs = new HashMap<>();

    /**
     * @param hasHeader whether Nestmap generates a header, which can't declare a tag twice, nor a name that C or an included header has
     * taken
     */
    CNameKeeper(boolean hasHeader) {
        this.hasHeader = hasHeader;
    }

    /** Whether Nestmap generates a header from the records. */
    boolean hasHeader() {
        return hasHeader;
    }

    /**
     * The name in C that the records state.
     *
     * @param implied the name that Nestmap makes of the Java name
     * @param actual the name in the C code; empty if it has none
     */
    String of(String implied, String actual) {
        if (isPossible(actual)) {
            return actual;
        }
        return isPossible(implied) ? implied : implied + "_"; // Rust has fields called union and register
    }

    /** Whether the records can state this name. */
    boolean isPossible(String name) {
        boolean isReserved = hasHeader && (ReservedNames.isReserved(name) || StructType.isPadName(name));
        return CNameConverter.isIdentifier(name)
                && !ReservedNames.isKeyword(name)
                && name.length() <= MAX_LENGTH
                && !isReserved;
    }

    /**
     * Does the same for the tag of another type, and adds the annotations that state it. In BTF two types can have one tag, in a header
     * they can't.
     */
    String tag(TypeSpec.Builder java, String name, String actual) {
        String implied = CNameConverter.snakeCase(name);
        String possible = of(implied, actual);
        String tag = tags.add(possible) || !hasHeader ? possible : implied;
        if (hasHeader && ReservedNames.isTagOfBpfHeader(tag)) {
            java.addAnnotation(AnnotationFactory.of(External.class, "header", "$S", "linux/bpf.h"));
        }
        annotation(implied, tag).ifPresent(java::addAnnotation);
        return tag;
    }

    /** Does the same for the struct of a map's values. Maps with equal structs share it. */
    String valueTag(String implied, StructType struct) {
        String tag = of(implied, struct.name());
        if (tag.equals(implied) || ReservedNames.isTagOfBpfHeader(tag)) {
            return implied;
        }
        boolean isFirst = tags.add(tag);
        if (isFirst) {
            valueStructs.put(tag, struct);
        }
        return isFirst || struct.equals(valueStructs.get(tag)) ? tag : implied;
    }

    /** {@code @Name}, unless the Java name becomes this name anyway. */
    static Optional<AnnotationSpec> annotation(String implied, String stated) {
        return stated.equals(implied)
                ? Optional.empty()
                : Optional.of(AnnotationFactory.of(Name.class, "value", "$S", stated));
    }
}
