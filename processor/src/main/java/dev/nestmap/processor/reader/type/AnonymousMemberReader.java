/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.Anonymous;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.model.UnionConversion;
import dev.nestmap.processor.reader.source.HeaderIncludes;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.NamedType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.lang.model.element.Element;

/** Handles anonymous members: nested structs and unions that have no name in C, and therefore no tag. */
final class AnonymousMemberReader {
    private final HeaderIncludes imports;
    private final Problems problems;
    private final Set<NamedType> inlined = new HashSet<>();

    AnonymousMemberReader(HeaderIncludes imports, Problems problems) {
        this.imports = imports;
        this.problems = problems;
    }

    /** Whether a component or a union's member is anonymous. Rejects {@code @Anonymous} on a type without members. */
    boolean isAnonymous(Element element, Conversion conversion) {
        if (!MoreElements.isAnnotationPresent(element, Anonymous.class)) {
            return false;
        }
        boolean hasMembers = conversion instanceof StructModel || conversion instanceof UnionConversion;
        if (!hasMembers) {
            problems.error(element, Rule.ANONYMOUS_NOT_A_STRUCT);
        } else if (conversion.type() instanceof NamedType type && imports.isExternal(type.name())) {
            problems.error(
                    element, Rule.EXTERNAL_DOES_NOT_FIT, "an anonymous member has no tag", ", or remove @Anonymous");
        }
        return hasMembers;
    }

    /** The same type without a tag. */
    CType untagged(CType type) {
        if (type instanceof EnumType || !(type instanceof NamedType named)) {
            return type;
        }
        inlined.add(named);
        return named.withName("");
    }

    /** The same type, in which every type that this header would have to define is replaced with a copy without a tag. */
    CType withoutDefinitions(CType type, Predicate<NamedType> isOfHeader) {
        if (type instanceof NamedType named) {
            if (!isDefined(named, isOfHeader)) {
                return type;
            }
            inlined.add(named);
        }
        CType copy = type.withParts(part -> withoutDefinitions(part, isOfHeader));
        return copy instanceof NamedType named ? named.withName("") : copy;
    }

    private boolean isDefined(NamedType type, Predicate<NamedType> isOfHeader) {
        return type.name().isEmpty() || (isOfHeader.test(type) && !imports.isExternal(type.name()));
    }

    /**
     * The types that the header must define with a tag. A type that only appears as an anonymous member is not
     * among them.
     *
     * @param types all types that were read, each before its users
     * @param shared the types that the header must define even if nothing uses them
     */
    List<NamedType> needed(List<NamedType> types, List<MapDef> maps, List<GlobalDef> globals, Set<NamedType> shared) {
        Set<CType> used = new HashSet<>(shared);
        maps.forEach(map ->
                Stream.of(map.key(), map.value()).filter(part -> part != null).forEach(part -> use(part, used)));
        globals.forEach(global -> use(global.type(), used));
        List<NamedType> needed = new ArrayList<>();
        for (int i = types.size() - 1; i >= 0; i--) {
            NamedType type = types.get(i);
            if (used.contains(type) || !inlined.contains(type)) {
                needed.add(0, type);
                type.fields().forEach(field -> use(field.type(), used));
            }
        }
        return needed;
    }

    private static void use(CType type, Set<CType> used) {
        if (type instanceof ArrayType
                || (type instanceof NamedType named && named.name().isEmpty())) {
            type.parts().forEach(part -> use(part, used));
        } else {
            used.add(type);
        }
    }
}
