/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.annotations.External;
import dev.nestmap.annotations.Name;
import dev.nestmap.header.ReservedNames;
import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keeps the names of the C code if records can state them. */
final class CNameKeeper {
    private final boolean hasHeader;
    private final String objectName;
    private final Set<String> tags = new HashSet<>();
    private final Map<String, StructType> valueStructs = new HashMap<>();

    /**
     * Keeps the names for the records of a request. A generated header can't declare a tag twice, nor a name that C or an included header
     * has taken.
     */
    CNameKeeper(ImportRequest request) {
        this.hasHeader = request.hasHeader();
        this.objectName = request.objectName();
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
        // Rust has fields called union and register. The constants of an enum __kind would have reserved names.
        String other = implied.replaceFirst("^_+", "") + "_";
        // Those of __bpf_usdt_arg_type would still begin with BPF_.
        return isPossible(implied) ? implied : isPossible(other) ? other : objectName + "_" + other;
    }

    /** Whether the records can state this name. */
    boolean isPossible(String name) {
        boolean isReserved = hasHeader
                && (ReservedNames.isReserved(name) || ReservedNames.isConstant(name) || StructType.isPadName(name));
        return CNameConverter.isIdentifier(name)
                && !ReservedNames.isKeyword(name)
                && name.length() <= CNameConverter.MAX_LENGTH
                && !isReserved;
    }

    /** The name of a field or constant in a type. A type that a header of the kernel defines has exactly its names. */
    String member(String implied, String actual, NamedType type) {
        boolean isPossible = CNameConverter.isIdentifier(actual) && !ReservedNames.isKeyword(actual);
        return isPossible && header(type).isPresent() ? actual : of(implied, actual);
    }

    /**
     * Whether records leave out a constant: one with leading underscores in an enum of a kernel's header, such as {@code
     * __MAX_BPF_ATTACH_TYPE}. It is the number of the other constants, which grows with the kernel.
     */
    boolean isLeftOut(String constant, NamedType type) {
        return header(type).isPresent() && ReservedNames.isReserved(constant);
    }

    /** The header of the kernel that defines a type; empty if the generated header defines it. */
    private Optional<String> header(NamedType type) {
        return hasHeader ? ReservedNames.header(type.name(), type.size()) : Optional.empty();
    }

    /**
     * Does the same for the tag of another type, and adds the annotations that state it. In BTF two types can have one tag, in a header
     * they can't.
     */
    String tag(TypeSpec.Builder java, String name, NamedType type) {
        String implied = CNameConverter.snakeCase(name);
        Optional<String> header = header(type);
        if (header.isPresent() && tags.add(type.name())) {
            java.addAnnotation(AnnotationFactory.of(External.class, "header", "$S", header.get()));
            annotation(implied, type.name()).ifPresent(java::addAnnotation);
            return type.name();
        }
        String possible = of(implied, type.name());
        boolean isFree = !hasHeader || (!ReservedNames.isTagOfKernel(possible) && tags.add(possible));
        String tag = isFree ? possible : free(implied);
        annotation(implied, tag).ifPresent(java::addAnnotation);
        return tag;
    }

    private String free(String tag) {
        return ReservedNames.isTagOfKernel(tag) ? objectName + "_" + tag : tag;
    }

    /** Does the same for the struct of a map's values. Maps with equal structs share it. */
    String valueTag(String implied, StructType struct) {
        String tag = of(implied, struct.name());
        String free = hasHeader ? free(implied) : implied;
        if (tag.equals(free) || ReservedNames.isTagOfKernel(tag)) {
            return free;
        }
        boolean isFirst = tags.add(tag);
        if (isFirst) {
            valueStructs.put(tag, struct);
        }
        return isFirst || struct.equals(valueStructs.get(tag)) ? tag : free;
    }

    /** {@code @Name}, unless the Java name becomes this name anyway. */
    static Optional<AnnotationSpec> annotation(String implied, String stated) {
        return stated.equals(implied)
                ? Optional.empty()
                : Optional.of(AnnotationFactory.of(Name.class, "value", "$S", stated));
    }
}
