/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.NameAllocator;
import com.palantir.javapoet.TypeName;
import javax.lang.model.element.Modifier;

/**
 * Writes overloads of the runtime's methods that take one key, for keys that are primitives in Java. With them {@code get(42)}
 * compiles for a key of type {@code long}.
 *
 * @param key the primitive type
 * @param name the parameter's name
 */
record PrimitiveOverloads(TypeName key, String name) {
    /** An overload of a method whose only parameter is the key. */
    MethodSpec of(String method, TypeName result) {
        return overload(method, result)
                .addJavadoc("Like {@link #$L($T)}, with a primitive key.\n", method, Object.class)
                .addStatement(call(result, CodeBlock.of("$L(($T) $L)", method, key.box(), name)))
                .build();
    }

    /** An overload of a method with a second parameter, whose type the runtime declares as it is here. */
    MethodSpec of(String method, TypeName result, TypeName secondType, String second) {
        return of(method, result, secondType, secondType, second);
    }

    /**
     * An overload of a method with a second parameter.
     *
     * @param declared the erasure of the second parameter's type in the runtime
     * @param second name of the second parameter, which gets another one if the key has this name
     */
    MethodSpec of(String method, TypeName result, TypeName secondType, TypeName declared, String second) {
        NameAllocator names = new NameAllocator();
        names.newName(name);
        String secondName = names.newName(second);
        return overload(method, result)
                .addJavadoc(
                        "Like {@link #$L($T, $T)}, with a primitive key.\n",
                        method,
                        Object.class,
                        JavaTypes.erasure(declared))
                .addParameter(secondType, secondName)
                .addStatement(call(result, CodeBlock.of("$L(($T) $L, $L)", method, key.box(), name, secondName)))
                .build();
    }

    private MethodSpec.Builder overload(String method, TypeName result) {
        return MethodSpec.methodBuilder(method)
                .addModifiers(Modifier.PUBLIC)
                .returns(result)
                .addParameter(key, name);
    }

    private static CodeBlock call(TypeName result, CodeBlock call) {
        return result.equals(TypeName.VOID) ? call : CodeBlock.of("return $L", call);
    }
}
