/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import com.google.auto.common.MoreElements;
import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.TypeName;
import dev.nestmap.annotations.Size;
import dev.nestmap.processor.reader.type.SizeCheck;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.IntList;
import dev.nestmap.types.LongList;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/**
 * A record component that is being read, or what an array that is one holds.
 *
 * @param declaration the component
 * @param type its type, or that of the elements
 * @param depth in how many arrays it is
 */
public record Component(RecordComponentElement declaration, TypeMirror type, int depth) {
    /** The types that are no arrays, but have elements in C. */
    private static final List<Class<?>> SIZED = List.of(ByteString.class, String.class, IntList.class, LongList.class);

    public Component(RecordComponentElement declaration) {
        this(declaration, declaration.asType(), 0);
    }

    /** The same component, looked at as another type. */
    public Component as(TypeMirror other) {
        return new Component(declaration, other, depth);
    }

    /** What this array holds. */
    public Component element() {
        return new Component(declaration, MoreTypes.asArray(type).getComponentType(), depth + 1);
    }

    /** The component itself, where this is what it holds. */
    public Component whole() {
        return new Component(declaration);
    }

    public String name() {
        return declaration.getSimpleName().toString();
    }

    /** {@code FlowKey.sourcePort}, as messages call it. */
    public String qualifiedName() {
        return EnclosingTypes.of(declaration).getSimpleName() + "." + name();
    }

    /** The type as messages call it: without annotations. */
    public String typeName() {
        return TypeName.get(type).toString();
    }

    public SourceLocation place() {
        return SourceLocation.of(declaration);
    }

    /** What an array holds in the end, or this itself. */
    public Component innermost() {
        return type.getKind() == TypeKind.ARRAY ? element().innermost() : this;
    }

    /** Whether its type is this class. */
    public boolean is(Class<?> other) {
        return type.getKind() == TypeKind.DECLARED && MoreTypes.isTypeOf(other, type);
    }

    /** How many numbers it takes to say how many elements the type has. */
    public int dimensions() {
        if (type.getKind() == TypeKind.ARRAY) {
            return 1 + element().dimensions();
        }
        return SIZED.stream().anyMatch(this::is) ? 1 : 0;
    }

    /** What {@code @Size} says; nothing where it is not there. */
    public List<Integer> sizes() {
        return MoreElements.getAnnotationMirror(declaration, Size.class).asSet().stream()
                .flatMap(mirror -> ((List<?>) AnnotationValues.value(mirror, "value")).stream())
                .map(value -> (Integer) ((AnnotationValue) value).getValue())
                .toList();
    }

    /** Whether {@code @Size} says that texts are cut. */
    public boolean truncates() {
        return MoreElements.getAnnotationMirror(declaration, Size.class).asSet().stream()
                .anyMatch(mirror -> (Boolean) AnnotationValues.value(mirror, "truncate"));
    }

    /** How many elements this has, where {@link SizeCheck#isSized} has found that it is said. */
    public int size() {
        return sizes().get(depth);
    }

    /** The one width annotation; the first where there are several, which is reported. */
    public Optional<Width> width(Problems problems) {
        List<Width> widths = Width.on(declaration);
        if (widths.size() > 1) {
            problems.error(
                    place(),
                    Rule.SEVERAL_WIDTHS,
                    qualifiedName(),
                    widths.get(0).spelling(),
                    widths.get(1).spelling());
        }
        return widths.stream().findFirst();
    }
}
