/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.type.ArrayType;
import java.util.Locale;
import java.util.Optional;

/**
 * An array. Code copies it as a whole if Java and C have the same bytes, otherwise element by element.
 *
 * @param element the conversion of each element
 * @param count the number of elements
 * @param list the class of a list of numbers with value equality, which has {@code of} and {@code toArray}; empty for a Java array
 */
public record ArrayConversion(Conversion element, int count, Optional<ClassName> list) implements Conversion {
    @Override
    public ArrayType type() {
        return new ArrayType(element.type(), count);
    }

    @Override
    public TypeName javaType() {
        return list.map(TypeName.class::cast).orElseGet(() -> ArrayTypeName.of(element.javaType()));
    }

    @Override
    public CodeBlock write(CodeBlock place, CodeBlock value, String component) {
        CodeBlock array = list.isEmpty()
                ? value
                : CodeBlock.of("$T.present($L,$W$S).toArray()", RuntimeClasses.SCALARS, value, component);
        if (isCopied()) {
            return CodeBlock.of(
                    "$T.put$L($L, $L, $L, $S)", RuntimeClasses.ARRAY_BYTES, plural(), place, array, count, component);
        }
        String each = "value" + depth();
        CodeBlock elementPlace = CodeBlock.of("to$1L, at$1L", depth());
        CodeBlock writer = CodeBlock.of(
                "($L, $L) -> $L", each, elementPlace, element.write(elementPlace, narrowed(each), component));
        return CodeBlock.of(
                "$T.put$L($L, $L, $L, $L, $S,$W$L)",
                RuntimeClasses.ARRAY_BYTES,
                plural(),
                place,
                array,
                count,
                element.type().size(),
                component,
                writer);
    }

    @Override
    public CodeBlock read(CodeBlock place, String component) {
        CodeBlock array = readArray(place, component);
        return list.map(type -> CodeBlock.of("$T.of($L)", type, array)).orElse(array);
    }

    private CodeBlock readArray(CodeBlock place, String component) {
        if (isCopied()) {
            return CodeBlock.of("$T.get$L($L, $L)", RuntimeClasses.ARRAY_BYTES, plural(), place, count);
        }
        CodeBlock elementPlace = CodeBlock.of("from$1L, at$1L", depth());
        CodeBlock reader = CodeBlock.of("($L) -> $L", elementPlace, element.read(elementPlace, component));
        return CodeBlock.of(
                "$T.get$L($L, $L, $L,$W$L)",
                RuntimeClasses.ARRAY_BYTES,
                plural(),
                place,
                isPrimitive() ? CodeBlock.of("$L", count) : newArray(),
                element.type().size(),
                reader);
    }

    /** Whether the elements are the same bytes in both languages. */
    private boolean isCopied() {
        return element instanceof BooleanConversion
                || (element instanceof IntegerConversion scalar && scalar.isSameBytes());
    }

    private boolean isPrimitive() {
        return element.javaType().isPrimitive();
    }

    /** The end of a method's name: {@code Ints} for {@code int}, and empty for types that are not primitive. */
    private String plural() {
        if (!isPrimitive()) {
            return "";
        }
        String name = element.javaType().toString();
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) + "s";
    }

    /** An expression that casts a number, which the runtime passes to the lambda as a {@code long}, to the elements' type. */
    private CodeBlock narrowed(String variable) {
        return isPrimitive() && !element.javaType().equals(TypeName.LONG)
                ? CodeBlock.of("($T) $L", element.javaType(), variable)
                : CodeBlock.of("$L", variable);
    }

    /** An expression for a new array without its elements: {@code new byte[4][]}. */
    private CodeBlock newArray() {
        TypeName innermost = element.javaType();
        StringBuilder inner = new StringBuilder();
        while (innermost instanceof ArrayTypeName array) {
            innermost = array.componentType();
            inner.append("[]");
        }
        return innermost instanceof ParameterizedTypeName generic
                ? CodeBlock.of(
                        "$T.newArray($T$L.class, $L)", RuntimeClasses.ARRAY_BYTES, generic.rawType(), inner, count)
                : CodeBlock.of("new $T[$L]$L", innermost, count, inner);
    }

    /** Number in the names of variables, which differs for each level of nested arrays. */
    private int depth() {
        return element instanceof ArrayConversion inner ? inner.depth() + 1 : 1;
    }
}
