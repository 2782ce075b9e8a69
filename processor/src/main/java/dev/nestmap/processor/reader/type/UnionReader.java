/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreTypes;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.TaggedConversion;
import dev.nestmap.processor.model.UntaggedConversion;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.types.Untagged;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** A sealed interface, or {@link Untagged} of one: a union. */
record UnionReader(CTypeReader types, WidthCheck widths, Problems problems) implements ComponentReader {
    @Override
    public boolean reads(Component component) {
        return component.is(Untagged.class) || sealed(component).isPresent();
    }

    @Override
    public Optional<Conversion> read(Component component) {
        widths.reject(
                component, "a union is as wide as its members", "the annotation on the components of the members");
        if (!component.is(Untagged.class)) {
            return sealed(component)
                    .flatMap(type -> types.unionOf(type, component.place()))
                    .flatMap(union -> {
                        if (component.depth() == 0) {
                            return Optional.of(new TaggedConversion(union));
                        }
                        String why = "one discriminator can't select the member of several array elements";
                        String name = union.union().simpleName();
                        problems.error(component.place(), Rule.UNION_UNTAGGED, component.qualifiedName(), name, why);
                        return Optional.empty();
                    });
        }
        List<? extends TypeMirror> arguments =
                MoreTypes.asDeclared(component.type()).getTypeArguments();
        if (arguments.size() == 1 && arguments.get(0).getKind() == TypeKind.ERROR) {
            problems.addMissingType();
            return Optional.empty();
        }
        Optional<TypeElement> type = arguments.stream()
                .flatMap(argument -> CTypeReader.declared(component.as(argument), ElementKind.INTERFACE).stream())
                .findFirst();
        if (type.isEmpty()) {
            problems.error(
                    component.place(),
                    Rule.UNION_INVALID,
                    component.typeName(),
                    "the type argument of Untagged is not an interface with @Union",
                    "use such an interface as the type argument, or use another type");
        }
        return type.flatMap(found -> types.unionOf(found, component.place())).map(UntaggedConversion::new);
    }

    /** The interface of a component's type, if it is sealed or has {@code @Union}. */
    private static Optional<TypeElement> sealed(Component component) {
        return CTypeReader.declared(component, ElementKind.INTERFACE)
                .filter(type -> type.getModifiers().contains(Modifier.SEALED) || UnionMembers.isUnion(type));
    }
}
