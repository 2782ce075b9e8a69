/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.source;

import com.google.auto.common.MoreTypes;
import com.palantir.javapoet.TypeName;
import dev.nestmap.annotations.Size;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.IntList;
import dev.nestmap.types.LongList;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/**
 * A record component, or the elements of a component that is an array.
 *
 * @param declaration the component
 * @param type its type, or the type of the elements
 * @param depth the number of arrays around the type
 */
public record Component(RecordComponentElement declaration, TypeMirror type, int depth) {
    /** Types that are arrays in C and not in Java. */
    private static final List<Class<?>> SIZED = List.of(ByteString.class, String.class, IntList.class, LongList.class);

    public Component(RecordComponentElement declaration) {
        this(declaration, declaration.asType(), 0);
    }

    /** The same component with another type. */
    public Component as(TypeMirror other) {
        return new Component(declaration, other, depth);
    }

    /** The elements of this array. */
    public Component element() {
        return new Component(declaration, MoreTypes.asArray(type).getComponentType(), depth + 1);
    }

    /** The component that these elements belong to. */
    public Component whole() {
        return new Component(declaration);
    }

    public String name() {
        return declaration.getSimpleName().toString();
    }

    /** Its name in messages: {@code FlowKey.sourcePort}. */
    public String qualifiedName() {
        return EnclosingTypeFinder.of(declaration).getSimpleName() + "." + name();
    }

    /** The type's name in messages, without annotations. */
    public String typeName() {
        return TypeName.get(type).toString();
    }

    public SourceLocation place() {
        return SourceLocation.of(declaration);
    }

    /** The innermost elements of nested arrays, or the component itself if it is not an array. */
    public Component innermost() {
        return type.getKind() == TypeKind.ARRAY ? element().innermost() : this;
    }

    /** Whether its type is this class. */
    public boolean is(Class<?> other) {
        return type.getKind() == TypeKind.DECLARED && MoreTypes.isTypeOf(other, type);
    }

    /** The number of dimensions in C, each of which needs a number in {@code @Size}. */
    public int dimensions() {
        if (type.getKind() == TypeKind.ARRAY) {
            return 1 + element().dimensions();
        }
        return SIZED.stream().anyMatch(this::is) ? 1 : 0;
    }

    /** The numbers in {@code @Size}; empty if there is no such annotation. */
    public List<Integer> sizes() {
        return annotation(Size.class).stream()
                .flatMap(size -> size.values("value").stream())
                .map(Integer.class::cast)
                .toList();
    }

    /** Whether {@code @Size} allows strings to be truncated. */
    public boolean truncates() {
        return annotation(Size.class).filter(size -> size.flag("truncate")).isPresent();
    }

    /** The annotation of this type on the component. */
    public Optional<AnnotationUse> annotation(Class<? extends Annotation> type) {
        return AnnotationUse.on(declaration, type);
    }

    /** The number of elements, after the check of {@code @Size}. */
    public int size() {
        return sizes().get(depth);
    }
}
